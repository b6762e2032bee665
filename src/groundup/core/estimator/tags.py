"""scikit-learn's tags of an estimator.

Only scikit-learn reads them, so it is imported only here.
"""

from typing import Any


def tags_of(model: Any) -> Any:
    """Return the tags for the kind of a model and the data it accepts."""
    from sklearn.utils import ClassifierTags, InputTags, RegressorTags, Tags, TargetTags, TransformerTags

    kind, accepts = model.kind, model.accepted_data()
    return Tags(
        estimator_type=kind,
        target_tags=TargetTags(required=kind in ("classifier", "regressor")),
        transformer_tags=TransformerTags(preserves_dtype=["float64", "float32"])
        if hasattr(model, "transform")
        else None,
        classifier_tags=ClassifierTags(poor_score=model._poor_score) if kind == "classifier" else None,
        regressor_tags=RegressorTags() if kind == "regressor" else None,
        input_tags=InputTags(
            two_d_array=accepts.kind != "text",
            three_d_array=accepts.kind == "sequences" or accepts.sequences,
            string=accepts.kind == "text",
            sparse=accepts.sparse,
            allow_nan=accepts.missing,
            positive_only=accepts.non_negative or accepts.categories,
            categorical=accepts.categories,
            pairwise=accepts.pairwise,
        ),
        requires_fit=not model._stateless,
    )
