"""Older parameters of scikit-learn's LogisticRegressionCV, its warnings of them, and older shapes of attributes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from groundup.core.exceptions import InvalidParameterError, warn
from groundup.core.types import Array

SHARES = {"l1": (1.0,), "l2": (0.0,)}  # What the older `penalty` says, as l1_ratios.


def l1_ratios_of(penalty: str, l1_ratios: Sequence[float] | Array | str | None) -> Sequence[float] | Array:
    """Return the shares of the L1 norm to compare; scikit-learn's older `penalty` overrides them."""
    if penalty in SHARES:
        return SHARES[penalty]
    if l1_ratios is not None and not isinstance(l1_ratios, str):
        return l1_ratios
    if penalty == "elasticnet":
        raise InvalidParameterError("LogisticRegressionCV: l1_ratios must be given when penalty='elasticnet'.")
    return SHARES["l2"]


def warn_of_older_parameters(model: Any) -> None:
    """Say, as scikit-learn does, which defaults and parameters of a LogisticRegressionCV will change."""
    if isinstance(model.l1_ratios, str):
        _will_change(
            "The default value for l1_ratios will change from None to (0.0,) in version 1.10 of scikit-learn. To avoid "
            "this warning, give l1_ratios=(0.0,)."
        )
    if model.penalty != "deprecated":
        _will_change(
            "'penalty' was deprecated in version 1.8 of scikit-learn: use l1_ratios=(0,) instead of penalty='l2', "
            "l1_ratios=(1,) instead of penalty='l1', and l1_ratios between 0 and 1 instead of penalty='elasticnet'."
        )
        if model.penalty in SHARES and not (model.l1_ratios is None or isinstance(model.l1_ratios, str)):
            warn(
                f"l1_ratios parameter is only used when penalty is 'elasticnet'. Got (penalty={model.penalty})",
                UserWarning,
            )
    elif model.l1_ratios is None:
        _will_change("'l1_ratios=None' was deprecated in version 1.8 of scikit-learn: use l1_ratios=(0.0,).")
    if model.scoring == "warn":
        _will_change(
            "The default value of the parameter 'scoring' will change from None, i.e. accuracy, to 'neg_log_loss' in "
            "version 1.11 of scikit-learn. To avoid this warning, give scoring='neg_log_loss', which judges the "
            "probabilities, or scoring='accuracy'."
        )
    if model.use_legacy_attributes == "warn":
        _will_change(
            "The default value of use_legacy_attributes will change from True to False in version 1.10 of "
            "scikit-learn. To avoid this warning, give use_legacy_attributes=False, for one array or number in each "
            "attribute, or True, for an entry for each class."
        )


def _will_change(message: str) -> None:
    warn(message, FutureWarning)


def legacy(found: Mapping[str, Any], classes: Array, with_ratios: bool) -> dict[str, Any]:
    """Return the attributes of a search in their older shapes: an entry for each class, all of the same search.

    Parameters
    ----------
    found : mapping of str to object
        The attributes in their new shapes.
    classes : ndarray of shape (K,)
        The classes; of two, only the second has an entry.
    with_ratios : bool
        Whether arrays have an axis of the l1_ratios, after that of the Cs.
    """
    keys = classes.tolist()[len(classes) == 2 :]
    scores, n_iter = (np.swapaxes(found[name], 1, 2) for name in ("scores_", "n_iter_"))  # (f, c, r)
    paths = np.moveaxis(found["coefs_paths_"], (3, 2), (0, 2))  # (t, f, c, r, p)
    if not with_ratios:
        scores, n_iter, paths = scores[:, :, 0], n_iter[:, :, 0], paths[:, :, :, 0]
    return {
        "C_": np.full(len(keys), found["C_"]),
        "l1_ratio_": np.full(len(keys), found["l1_ratio_"]),
        "scores_": {key: scores.copy() for key in keys},
        "coefs_paths_": {key: path.copy() for key, path in zip(keys, paths, strict=True)},
        "n_iter_": n_iter[None],
    }
