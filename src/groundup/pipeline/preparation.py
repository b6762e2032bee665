"""From columns to features, inside the model, so that nothing is learned from rows that are tested.

Numbers: missing ones filled and told, standard units. Categories: a column each, rare and unknown ones together; with
an order: their places; many of them: the share of the target. Dates: their parts. Text: its words.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder

from groundup.pipeline.config import Config
from groundup.pipeline.contract import Contract

if TYPE_CHECKING:
    from pandas import DataFrame

DAY = np.timedelta64(1, "D")
EPOCH = np.datetime64("2000-01-01", "us")
PARTS = ("year", "month", "day of month", "day of week", "days since 2000")


class DateParts(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Year, month, day of the month and of the week, and days since 2000, of each date; NaN where one is missing."""

    def fit(self, X: "DataFrame", y: Any = None) -> "DateParts":
        """Remember the columns."""
        self.feature_names_in_ = np.asarray(X.columns, dtype=object)
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: "DataFrame") -> np.ndarray:
        """Return the parts, of shape (n, 5 d)."""
        found = []
        for name in X.columns:
            date = X[name].dt
            since = (X[name] - EPOCH) / DAY
            found += [date.year, date.month, date.day, date.day_of_week, since]
        return np.column_stack([part.to_numpy(np.float64, na_value=np.nan) for part in found])

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return names such as ``"ordered month"``."""
        return np.array([f"{name} {part}" for name in self.feature_names_in_ for part in PARTS], dtype=object)


class MissingNamed(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Categories as text, of which a missing one is a category of its own."""

    def fit(self, X: "DataFrame", y: Any = None) -> "MissingNamed":
        """Remember the columns."""
        self.feature_names_in_ = np.asarray(X.columns, dtype=object)
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: "DataFrame") -> "DataFrame":
        """Return the categories, whether None or NaN stands for a missing one."""
        return X.astype(object).where(X.notna(), "missing")


class AsText(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """One column as a list of texts; a missing one is empty."""

    def fit(self, X: Any, y: Any = None) -> "AsText":
        """Do nothing."""
        return self

    def transform(self, X: Any) -> list[str]:
        """Return the texts."""
        return ["" if entry is None or entry != entry else str(entry) for entry in X]

    def get_feature_names_out(self, input_features: Any = None) -> Any:
        """Return the names that it is given."""
        return input_features

    def __sklearn_is_fitted__(self) -> bool:
        return True


def preparation(config: Config, contract: Contract, frame: "DataFrame") -> ColumnTransformer:
    """Return the steps from columns to features, not yet fitted.

    Parameters
    ----------
    config : Config
        Which columns are used, and how.
    contract : Contract
        Kinds of columns.
    frame : DataFrame
        Rows to learn from, which tell how many categories a column has.
    """
    how, unused = config.preparation, {config.data.target, config.data.group, *config.data.drop}

    def used(*kinds: str) -> list[str]:
        return [name for name in contract.of_kind(*kinds) if name not in unused]

    ordered = [name for name in used("category") if name in config.data.ordered]
    free = [name for name in used("category") if name not in ordered]
    many = [name for name in free if frame[name].nunique() > how.many]
    few = [name for name in free if name not in many]
    steps: list[tuple[str, Any, Any]] = []
    if numbers := used("number"):
        steps.append(("numbers", _numbers(config), numbers))
    if few:
        encoder = OneHotEncoder(
            handle_unknown="infrequent_if_exist", min_frequency=how.rare or None, sparse_output=False
        )
        steps.append(("categories", make_pipeline(MissingNamed(), encoder), few))
    if many:
        steps.append(
            (
                "many categories",
                make_pipeline(
                    MissingNamed(), TargetEncoder(cv=StratifiedKFold(5, shuffle=True, random_state=config.seed))
                ),
                many,
            )
        )
    if ordered:
        places = OrdinalEncoder(categories=[config.data.ordered[name] for name in ordered],
                                handle_unknown="use_encoded_value", unknown_value=np.nan)  # fmt: skip
        steps.append(("ordered categories", make_pipeline(MissingNamed(), places, _numbers(config)), ordered))
    if dates := used("date"):
        steps.append(("dates", make_pipeline(DateParts(), _numbers(config)), dates))
    for name in used("text"):
        words = TfidfVectorizer(max_features=how.words, strip_accents="unicode", sublinear_tf=True)
        steps.append((f"words of {name}", make_pipeline(AsText(), words), name))
    return ColumnTransformer(steps, sparse_threshold=0, verbose_feature_names_out=False)


def _numbers(config: Config) -> Pipeline:
    how = config.preparation
    filling = SimpleImputer(strategy=how.numbers, add_indicator=how.indicators, keep_empty_features=True)
    return make_pipeline(filling, *([StandardScaler()] if how.scale else []))
