"""Saving and loading of models and checkpoints."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from groundup.core.estimator.history import History
from groundup.core.storage import FileFormatError, Path_, decode, opened, write_file

if TYPE_CHECKING:
    from groundup.core.estimator.base import Estimator


def save(model: "Estimator", path: Path_, **about: Any) -> None:
    """Write a model with its parameters and fitted attributes to one file.

    The file is written atomically.

    Parameters
    ----------
    model : Estimator
        Fitted or not.
    path : path
        File to write; an existing file is replaced only after the new one is complete.
    **about : object
        Further information, for example how the columns of a table become features; see `read_about`. Numbers, text,
        arrays, and lists, tuples and dictionaries of these.

    Raises
    ------
    TypeError
        If `load` could not read the file: for a class that is not one of groundup's public names, and for a value that
        is not a number, text, array or known dataclass.
    InvalidParameterError
        For a hyper-parameter that is not allowed.
    ValueError
        For an attribute that is neither a hyper-parameter nor named like a fitted or private one.
    """
    model_type = type(model)
    if _public(model_type.__name__) is not model_type:
        raise TypeError(
            f"cannot save a {model_type.__name__}: only groundup's public estimators are loaded again, and "
            f"groundup has no such name for {model_type.__module__}.{model_type.__qualname__}."
        )
    model.check_parameters()
    parameters = model.get_params()
    fitted = {name: value for name, value in vars(model).items() if name not in parameters}
    _check_fitted(model_type, fitted)
    content = {"class": model_type.__name__, "parameters": parameters, "fitted": fitted}
    write_file(path, content, about)


def load(path: Path_) -> Any:
    """Read a model that `save` wrote.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Estimator
        A model of the saved class, which must be one of groundup's public names.

    Raises
    ------
    FileFormatError
        For a truncated or foreign file, for hyper-parameters that are not allowed, and for attributes that a fit
        does not set.
    OSError
        If the file does not exist or cannot be read.
    """
    with opened(path) as (manifest, archive):
        name = manifest.get("class")
        model_type: Any = _public(name)
        if not isinstance(model_type, type) or "state" in manifest:
            raise FileFormatError(f"holds no groundup model (class {name!r}); a checkpoint is read with --resume.")
        model = model_type(**decode(manifest["parameters"], archive))
        model.check_parameters()
        _check_fitted(model_type, manifest["fitted"])
        fitted = decode(manifest["fitted"], archive)
        if "history_" in fitted:
            fitted["history_"] = History(fitted["history_"])
        vars(model).update(fitted)
        return model


def save_state(state: Any, path: Path_, model: "Estimator", **about: Any) -> None:
    """Write a checkpoint to one file atomically.

    Parameters
    ----------
    state : State
        State that `model` yielded.
    path : path
        File to write; an existing file is replaced only after the new one is complete.
    model : Estimator
        Model that yielded the state; the file contains the name of its class.
    **about : object
        Further information, for example the model's parameters; as in `save`.

    Raises
    ------
    TypeError
        If `load_state` could not read the file.
    """
    write_file(path, {"class": type(model).__name__, "state": state}, about)


def load_state(path: Path_, model: "Estimator") -> tuple[Any, dict[str, Any]]:
    """Read a checkpoint that `save_state` wrote.

    Parameters
    ----------
    path : path
        The file.
    model : Estimator
        Model of the class that yielded the state.

    Returns
    -------
    state : State
        State from which `Training` or `Estimator.steps` resumes.
    about : dict of str to object
        Further information that was saved with it.

    Raises
    ------
    FileFormatError
        For a truncated or foreign file, and for a state of another class of models.
    OSError
        If the file does not exist or cannot be read.
    """
    with opened(path) as (manifest, archive):
        if "state" not in manifest:
            raise FileFormatError("is no checkpoint.")
        if manifest["class"] != type(model).__name__:
            raise FileFormatError(f"is a checkpoint of a {manifest['class']}, not of a {type(model).__name__}.")
        return decode(manifest["state"], archive), decode(manifest["about"], archive)


def read_about(path: Path_) -> dict[str, Any]:
    """Return the further information that was saved with a model or a checkpoint.

    Parameters
    ----------
    path : path
        A file that `save` or `save_state` wrote.

    Returns
    -------
    dict of str to object

    Raises
    ------
    FileFormatError
        For a truncated or foreign file.
    OSError
        If the file does not exist or cannot be read.
    """
    with opened(path) as (manifest, archive):
        return decode(manifest["about"], archive)


def _public(name: Any) -> Any:
    """Return the public object of this name, or None."""
    import groundup

    return getattr(groundup, name) if name in groundup.__all__ else None


def _check_fitted(model_type: type["Estimator"], names: Iterable[str]) -> None:
    """Raise ValueError for a name that a fit does not set.

    A file must not overwrite a method.
    """
    for name in names:
        if not (name.startswith("_") or name.endswith("_")) or hasattr(model_type, name):
            raise ValueError(
                f"{model_type.__name__} has an attribute {name!r} that is neither a hyper-parameter nor a fitted one; "
                "the names of fitted attributes end, those of private ones begin, with an underscore."
            )
