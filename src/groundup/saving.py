"""Saving and loading of models and checkpoints."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import numpy as np

from groundup.core.estimator.contents import check_contents
from groundup.core.estimator.history import History
from groundup.core.storage import FileFormatError, Members, Path_, conforms, decode, opened, write_file
from groundup.core.types import Array

if TYPE_CHECKING:
    from groundup.core.estimator.base import Estimator
    from groundup.core.estimator.model import Model


def save(model: "Model", path: Path_, **about: Any) -> None:
    """Write a model with its parameters and fitted attributes to one file.

    The file is written atomically.

    Parameters
    ----------
    model : Model
        Fitted or not: an estimator, or a transformer of documents.
    path : path
        File to write; an existing file is replaced only after the new one is complete.
    **about : object
        Further information, for example how the columns of a table become features; see `read_about`. Numbers, text,
        arrays, and lists, tuples and dictionaries of these.

    Raises
    ------
    TypeError
        If `load` could not read the file: for a class that is not one of groundup's public names, and for a value that
        is not a number, text, array or known dataclass, such as a function.
    InvalidParameterError
        For a hyper-parameter that is not allowed.
    ValueError
        For an attribute that is neither a hyper-parameter nor named like a fitted or private one, and for a fitted
        one that is not what the class declares.
    """
    model_type = type(model)
    if _public(model_type.__name__) is not model_type:
        raise TypeError(
            f"cannot save a {model_type.__name__}: only groundup's public estimators are loaded again, and "
            f"groundup has no such name for {model_type.__module__}.{model_type.__qualname__}."
        )
    model.check_parameters()
    parameters = model.get_params()
    for name, value in parameters.items():
        if callable(value) and not isinstance(value, type):
            raise TypeError(f"cannot save a {model_type.__name__}: its {name} is a function, which a file cannot hold.")
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
    Model
        A model of the saved class, which must be one of groundup's public names.

    Raises
    ------
    FileFormatError
        For a truncated or foreign file, for one that is too large for what it holds, for hyper-parameters that are
        not allowed, and for attributes that a fit does not set, or that have another type or shape, or entries that
        are not finite.
    OSError
        If the file does not exist or cannot be read.
    """
    with opened(path) as (manifest, members):
        name = manifest.get("class")
        model_type: Any = _public(name)
        if not isinstance(model_type, type) or "state" in manifest:
            raise FileFormatError(f"holds no groundup model (class {name!r}); a checkpoint is read with --resume.")
        model = model_type(**decode(manifest["parameters"], members))
        model.check_parameters()
        fitted = decode(manifest["fitted"], members)
        if conforms(fitted.get("history_"), dict[str, Array]):
            fitted["history_"] = History({name: np.atleast_1d(column) for name, column in fitted["history_"].items()})
        _check_fitted(model_type, fitted)
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
    with opened(path) as (manifest, members):
        if "state" not in manifest:
            raise FileFormatError("is no checkpoint.")
        if manifest["class"] != type(model).__name__:
            raise FileFormatError(f"is a checkpoint of a {manifest['class']}, not of a {type(model).__name__}.")
        state = decode(manifest["state"], members)
        if not conforms(state, _state_type(model)) or not isinstance(getattr(state, "converged", None), bool):
            raise FileFormatError(f"holds a {type(state).__name__}, which is no state of a {type(model).__name__}.")
        return state, _about(manifest, members)


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
    with opened(path) as (manifest, members):
        return _about(manifest, members)


def _about(manifest: dict[str, Any], members: Members) -> dict[str, Any]:
    about = decode(manifest["about"], members)
    if not isinstance(about, dict):
        raise FileFormatError("is damaged: it says nothing about itself.")
    return about


def _state_type(model: "Estimator") -> Any:
    """Return the type of the states of a model, as its class declares it; Any for one that does not."""
    returned = get_type_hints(type(model)._iterate).get("return", Any)
    return next(iter(get_args(returned)), Any)


def _public(name: Any) -> Any:
    """Return the public object of this name, or None."""
    import groundup

    return getattr(groundup, name) if name in groundup.__all__ else None


def _check_fitted(model_type: type["Model"], fitted: Mapping[str, Any]) -> None:
    """Raise ValueError for an attribute that a fit does not set, or that is not what the class declares.

    A file must not overwrite a method.
    """
    for name in fitted:
        if not (name.startswith("_") or name.endswith("_")) or hasattr(model_type, name):
            raise ValueError(
                f"{model_type.__name__} has an attribute {name!r} that is neither a hyper-parameter nor a fitted one; "
                "the names of fitted attributes end, those of private ones begin, with an underscore."
            )
    if fitted:
        check_contents(model_type._contents, fitted)
        model_type._check_agreement(fitted)
