"""What the contract suite needs of each public estimator: small data, parameters, and what it must skip, and why.

A new estimator adds one entry to `EXAMPLES`; it writes no contract test by hand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

import groundup
from groundup.core.estimator.base import Estimator
from groundup.core.linalg import least_squares
from groundup.projects.gradient_boosting.certificate import certify_boosting, certify_histograms, certify_tree
from groundup.projects.linear_regression.solvers.state import state_of
from groundup.projects.naive_bayes.certificate import certify_normal
from groundup.projects.regularized_regression.certificate import certify_ridge

ROWS, COLUMNS = 40, 4
Table = tuple[np.ndarray, np.ndarray | None]


def regression(rows: int = ROWS, columns: int = COLUMNS, seed: int = 0, targets: int | None = None) -> Table:
    """Columns with means and scales of their own, and a noisy linear target, or several."""
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(rows, columns)) * np.linspace(0.5, 2, columns) + np.arange(columns)
    slopes = generator.normal(size=(columns, targets or 1)) + 1
    Y = X @ slopes + 3 + 0.5 * generator.normal(size=(rows, targets or 1))
    return X, Y if targets else Y[:, 0]


def classes(rows: int = ROWS, columns: int = COLUMNS, seed: int = 0, labels: tuple[Any, ...] = ("no", "yes")) -> Table:
    """Classes that overlap, so that the likelihood has a maximum; every class has at least a row in eight."""
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(rows, columns)) * np.linspace(0.5, 2, columns) + np.arange(columns)
    score = X[:, 0] - X[:, 1] / 2 + generator.normal(size=rows)
    codes = np.argsort(np.argsort(score)) * len(labels) // rows
    codes[: 2 * len(labels)] = np.arange(2 * len(labels)) % len(labels)
    return X, np.array(labels)[codes]


three_classes = partial(classes, labels=(1, 2, 5))


def clusters(rows: int = ROWS, columns: int = COLUMNS, seed: int = 0) -> Table:
    """Three groups that overlap a little; no target."""
    generator = np.random.default_rng(seed)
    centers = generator.normal(size=(3, columns)) * 4 + 2
    return centers[np.arange(rows) % 3] + generator.normal(size=(rows, columns)), None


def folds(rows: int = ROWS, count: int = 3) -> list[tuple[np.ndarray, np.ndarray]]:
    """Pairs of training and test rows; a test that repeats or reorders rows maps them to the new rows."""
    place = np.arange(rows) * 7 % count
    return [(np.flatnonzero(place != fold), np.flatnonzero(place == fold)) for fold in range(count)]


def counted(rows: int = ROWS, columns: int = COLUMNS, seed: int = 0, labels: tuple[Any, ...] = ("no", "yes")) -> Table:
    """Counts, more of them in some columns of each class; every class has at least a row in eight."""
    generator = np.random.default_rng(seed)
    codes = np.arange(rows) * 3 % len(labels)
    rates = 1.5 + (np.arange(columns) % len(labels) == np.arange(len(labels))[:, None])
    return generator.poisson(rates[codes]).astype(float), np.array(labels)[codes]


three_counted = partial(counted, labels=(1, 2, 5))


def categories(
    rows: int = ROWS, columns: int = COLUMNS, seed: int = 0, labels: tuple[Any, ...] = ("no", "yes")
) -> Table:
    """Categories 0, 1 and 2, of which each is found in many rows."""
    X, y = counted(rows, columns, seed, labels)
    return np.minimum(X, 2.0), y


def stretched(rows: int = ROWS, columns: int = COLUMNS, seed: int = 0) -> Table:
    """Correlated columns with a mean, whose variances along the axes are well apart; no target."""
    generator = np.random.default_rng(seed)
    mixed = np.eye(columns) + 0.3 * generator.normal(size=(columns, columns))
    X = generator.normal(size=(rows, columns)) * 2.0 ** -np.arange(columns)
    return 3 * X @ mixed + np.arange(columns), None


def many_columns(rows: int = 60, columns: int = ROWS, seed: int = 0) -> Table:
    """The same with as many columns as a subspace needs; the variances become small quickly."""
    generator = np.random.default_rng(seed)
    mixed = np.eye(columns) + 0.1 * generator.normal(size=(columns, columns))
    X = generator.normal(size=(rows, columns)) * 0.7 ** np.arange(columns)
    return 3 * X @ mixed + 0.1 * np.arange(columns), None


def events(rows: int = ROWS, columns: int = COLUMNS, seed: int = 0) -> Table:
    """Columns as in a regression, and numbers of events as the target."""
    X, y = regression(rows, columns, seed)
    return X, np.maximum(np.round(y), 0.0)


def sizes(rows: int = ROWS, columns: int = COLUMNS, seed: int = 0) -> Table:
    """Columns as in a regression, and positive numbers as the target."""
    X, y = regression(rows, columns, seed)
    return X, np.exp(y / 4)


def signals(rows: int = ROWS, columns: int = COLUMNS, seed: int = 0, targets: int | None = None) -> Table:
    """The same in units in which recurrent cells are not saturated."""
    X, y = regression(rows, columns, seed, targets)
    return X / 3, None if y is None else y / 6


def signal_classes(
    rows: int = ROWS, columns: int = COLUMNS, seed: int = 0, labels: tuple[Any, ...] = ("no", "yes")
) -> Table:
    """Classes in such units."""
    X, y = classes(rows, columns, seed, labels)
    return X / 2, y


three_signals = partial(signal_classes, labels=(1, 2, 5))
signal_targets = partial(signals, targets=3)


def letters(rows: int = ROWS, columns: int = COLUMNS, seed: int = 0) -> tuple[str, None]:
    """A text of a few words, in which a letter says much about the next one; no target."""
    return "".join(np.random.default_rng(seed).choice(["tick ", "tack ", "tock "], rows)), None


@dataclass(frozen=True)
class Variant:
    """Parameters to test a class with.

    Parameters
    ----------
    parameters : mapping of str to object
        What differs from the defaults.
    data : callable, optional
        ``data(rows, columns, seed)``, where the class's own data does not suit.
    skip : mapping of str to str
        Contracts that do not apply, by the name of their test's parameter in `cases`, with the reason.
    rounding : float
        How much rounding errors are amplified: relative tolerance of answers that are equal in exact arithmetic.
    converges : bool
        Whether a fit converges; where it does not, a ConvergenceWarning is expected.
    """

    parameters: Mapping[str, Any] = field(default_factory=dict)
    data: Callable[..., Table] | None = None
    skip: Mapping[str, str] = field(default_factory=dict)
    rounding: float = 1e-9
    converges: bool = True


@dataclass(frozen=True)
class Example:
    """What the suite needs of one class.

    Parameters
    ----------
    data : callable
        ``data(rows, columns, seed)`` returns X and y (None for unsupervised models).
    variants : mapping of str to Variant
        "default" and others: every solver, every form of the model.
    misjudge : callable
        ``misjudge(model, data, state, by)`` returns the certificate of the last state's parameters moved by `by`.
    single : tuple of str
        Attributes, and methods that take X, whose result has the dtype of X.
    of_rows : tuple of str
        Attributes that have an entry for each row.
    by_rounding : tuple of str
        Attributes and answers that rounding decides: the number of steps to a solution that is exact, or the side of a
        row that lies on the frontier.
    skip : mapping of str to str
        Contracts that no variant keeps, with the reason.
    hurried : mapping of str to object
        Parameters for scikit-learn's own checks, which fit a hundred times and ask for no convergence.
    diverging : mapping of str to object, optional
        Parameters with which a fit fails while it iterates.
    without : mapping of str to str
        Parameters and attributes of scikit-learn's class of the same name that are deliberately absent or different,
        with the reason.
    heavier : callable
        ``heavier(parameters, factor)`` returns the parameters that give the same answer where all weights are `factor`
        times as large: others only where the loss is a sum, next to which a penalty loses weight.
    """

    data: Callable[..., Table]
    variants: Mapping[str, Variant]
    misjudge: Callable[[Any, Any, Any, float], Any]
    single: tuple[str, ...] = ()
    of_rows: tuple[str, ...] = ()
    by_rounding: tuple[str, ...] = ()
    skip: Mapping[str, str] = field(default_factory=dict)
    hurried: Mapping[str, Any] = field(default_factory=dict)
    diverging: Mapping[str, Any] | None = None
    without: Mapping[str, str] = field(default_factory=dict)
    heavier: Callable[[Mapping[str, Any], float], Mapping[str, Any]] = lambda parameters, factor: parameters


# --- parameters for weights in another unit -------------------------------------------------------------------------


def more_alpha(parameters: Mapping[str, Any], factor: float) -> Mapping[str, Any]:
    """Where the penalty is added to a sum of squares."""
    return {**parameters, "alpha": (np.asarray(parameters.get("alpha", 1.0)) * factor).tolist()}


def more_alphas(parameters: Mapping[str, Any], factor: float) -> Mapping[str, Any]:
    """The same for a search."""
    return {**parameters, "alphas": (np.asarray(parameters.get("alphas", (0.1, 1.0, 10.0))) * factor).tolist()}


def more_l2(parameters: Mapping[str, Any], factor: float) -> Mapping[str, Any]:
    """Where the penalty is next to a sum of Hessians."""
    return {**parameters, "l2_regularization": parameters.get("l2_regularization", 0.0) * factor}


def moved_leaves(model: Any, data: Any, state: Any, by: float) -> Any:
    """The tree's values, all larger by a part of their range."""
    tree = model.tree_
    free = np.array([[-np.inf], [np.inf]]).repeat(tree.node_count, axis=1)
    return certify_tree(replace(tree, value=tree.value + by * np.ptp(tree.value)), data.X, data.criterion, free)


def moved_steps(model: Any, data: Any, state: Any, by: float) -> Any:
    """All steps of the trees, longer by a part."""
    trees = model._ensemble.forest
    moved = replace(trees, nodes=replace(trees.nodes, value=(1 + by) * trees.nodes.value))
    return certify_boosting(data.boosting, moved, model._rules(data), state)


def moved_values(model: Any, data: Any, state: Any, by: float) -> Any:
    """The same of trees grown on histograms."""
    trees = model._ensemble.forest
    moved = replace(trees, nodes=replace(trees.nodes, value=(1 + by) * trees.nodes.value))
    return certify_histograms(data.boosting, moved, model._rules(data), state)


def less_c(parameters: Mapping[str, Any], factor: float) -> Mapping[str, Any]:
    """Where C multiplies a sum of losses."""
    return {**parameters, "C": parameters.get("C", 1.0) / factor}


def less_cs(parameters: Mapping[str, Any], factor: float) -> Mapping[str, Any]:
    """The same for a search, whose own series would not move with the weights."""
    Cs = parameters["Cs"]
    series = np.geomspace(1e-4, 1e4, Cs) if isinstance(Cs, int) else np.asarray(Cs)
    return {**parameters, "Cs": (series / factor).tolist()}


# --- the parameters of a last state, moved away from the optimum --------------------------------------------------


def moved_slopes(model: Any, data: Any, state: Any, by: float) -> Any:
    """Where `_finish` evaluates the coefficients of a state that claims nothing about them."""
    changes = {"coef": state.coef + by * (1 + np.abs(state.coef)), "converged": False}
    return model._finish(data, replace(state, **changes))["certificate_"]


def moved_rounded_slopes(model: Any, data: Any, state: Any, by: float) -> Any:
    """Where `_finish` evaluates the coefficients again because they were rounded to single precision."""
    slopes = state.coef + by * (1 + np.abs(state.coef))
    return model._finish(replace(data, dtype=np.dtype(np.float32)), replace(state, coef=slopes))["certificate_"]


def moved_model_slopes(model: Any, data: Any, state: Any, by: float) -> Any:
    """The same for a search, whose last state holds that of the best model."""
    slopes = state.model.coef + by * (1 + np.abs(state.model.coef))
    inner = replace(state, model=replace(state.model, coef=slopes))
    return model._finish(replace(data, dtype=np.dtype(np.float32)), inner)["certificate_"]


def moved_least_squares(model: Any, data: Any, state: Any, by: float) -> Any:
    """Where the excess is a part of the state."""
    problem, slopes = data.problem, state.coef + by * (1 + np.abs(state.coef))
    solution = least_squares.evaluate(problem.rows, problem.triangle, problem.inverse.P, slopes, correct=False)
    return model._finish(data, state_of(1, solution, problem.triangle, True))["certificate_"]


def moved_ridge_cv(model: Any, data: Any, state: Any, by: float) -> Any:
    """Where the certificate is a part of the state: the inner model's is computed again."""
    from groundup.projects.regularized_regression.solvers import ridge

    alpha = np.broadcast_to(data.alphas[state.best], data.rows.y.shape[1])
    problem = ridge.factorize(data.rows, model.fit_intercept, alpha, "auto")
    inner = replace(state.model, coef=state.model.coef + by * (1 + np.abs(state.model.coef)))
    return certify_ridge(problem, inner, 0.0, np.dtype(np.float32))


def moved_labels(model: Any, data: Any, state: Any, by: float) -> Any:
    """The same for a regression on labels, whose data are inside."""
    inner = replace(data.regression, dtype=np.dtype(np.float32))
    slopes = state.coef + by * (1 + np.abs(state.coef))
    return model._finish(replace(data, regression=inner), replace(state, coef=slopes))["certificate_"]


def moved_labels_cv(model: Any, data: Any, state: Any, by: float) -> Any:
    """The same for its search."""
    return moved_ridge_cv(model, data.regression, state, by)


def moved_grid(model: Any, data: Any, state: Any, by: float) -> Any:
    """Where the certificate is that of an inner model, which is fitted and moved here."""
    from groundup.core.estimator.training import Training
    from groundup.projects.logistic_regression.models.grid import best_place

    (share, strength), _ = best_place(state.scores)
    inner = model._model(float(data.Cs[strength]), float(data.l1_ratios[share]), data.class_weight)
    training = Training(inner, data.X, data.y, data.weight)
    *_, last = training
    return moved_slopes(inner, training.data, last, by)


def moved_run(model: Any, data: Any, state: Any, by: float) -> Any:
    """Centres of the best run."""
    best = replace(state.best, centers=state.best.centers + by)
    return model._finish(data, replace(state, best=best))["certificate_"]


def moved_centers(model: Any, data: Any, state: Any, by: float) -> Any:
    """Centres of a state."""
    return model._finish(data, replace(state, centers=state.centers + by))["certificate_"]


def moved_shares(model: Any, data: Any, state: Any, by: float) -> Any:
    """Probabilities of events, some larger and some smaller."""
    signs = np.where(np.arange(state.log_prob.size).reshape(state.log_prob.shape) % 2, 1.0, -1.0)
    return model._finish(data, replace(state, log_prob=state.log_prob + by * signs))["certificate_"]


def moved_normal(model: Any, data: Any, state: Any, by: float) -> Any:
    """Means, and variances with them, against the moments of the rows."""
    fitted = model._finish(data, state)
    return certify_normal(np.full_like(fitted["theta_"], by), np.full_like(fitted["var_"], by**2), 0.0)


def moved_mixture(model: Any, data: Any, state: Any, by: float) -> Any:
    """Means of the best run."""
    mixture = replace(state.best.mixture, means=state.best.mixture.means + by)
    return model._finish(data, replace(state, best=replace(state.best, mixture=mixture)))["certificate_"]


def moved_axes(model: Any, data: Any, state: Any, by: float) -> Any:
    """Axes that are eigenvectors no more."""
    return model._finish(data, replace(state, axes=state.axes + by))["certificate_"]


def moved_kernel_axes(model: Any, data: Any, state: Any, by: float) -> Any:
    """The same for a kernel."""
    return model._finish(data, replace(state, eigenvectors=state.eigenvectors + by))["certificate_"]


def moved_normalization(model: Any, data: Any, state: Any, by: float) -> Any:
    """What normalises the kernel values, in all entries alike."""
    return model._finish(data, replace(state, normalization=state.normalization + by))["certificate_"]


def moved_loadings(model: Any, data: Any, state: Any, by: float) -> Any:
    """Axes of probabilistic PCA."""
    if hasattr(state, "axes"):
        return moved_axes(model, data, state, by)
    return model._finish(data, replace(state, W=state.W + by * (1 + np.abs(state.W))))["certificate_"]


def moved_multipliers(model: Any, data: Any, state: Any, by: float) -> Any:
    """Every second variable of each dual problem of a kernel machine, moved towards zero."""
    parts = (replace(part, alpha=part.alpha * (1 - by * (np.arange(len(part.alpha)) % 2))) for part in state.parts)
    return model._finish(data, replace(state, parts=tuple(parts)))["certificate_"]


def moved_frontier(model: Any, data: Any, state: Any, by: float) -> Any:
    """Variables of a one-class machine, moved towards equal ones, which keep their sum."""
    (part,) = state.parts
    moved = replace(part, alpha=(1 - by) * part.alpha + by * part.alpha.sum() * data.weight / data.weight.sum())
    return model._finish(data, replace(state, parts=(moved,)))["certificate_"]


def moved_network(model: Any, data: Any, state: Any, by: float) -> Any:
    """All parameters of a network, those that early stopping chose included."""
    if hasattr(state, "iterate"):
        w = state.iterate.w
        return model._finish(data, replace(state, iterate=replace(state.iterate, w=w + by * (1 + np.abs(w)))))[
            "certificate_"
        ]
    w = state.training.w if state.training.best_w is None else state.training.best_w
    moved = w + by * (1 + np.abs(w))
    best_w = None if state.training.best_w is None else moved
    return model._finish(data, replace(state, training=replace(state.training, w=moved, best_w=best_w)))["certificate_"]


def moved_coder(model: Any, data: Any, state: Any, by: float) -> Any:
    """All parameters of an autoencoder."""
    if hasattr(state, "iterate"):
        w = state.iterate.w
        moved = replace(state, iterate=replace(state.iterate, w=w + by * (1 + np.abs(w))))
    else:
        moved = replace(state, w=state.w + by * (1 + np.abs(state.w)))
    return model._finish(data, moved)["certificate_"]


def moved_letters(model: Any, data: Any, state: Any, by: float) -> Any:
    """Parameters of a model of characters, in turn up and down by a little more than those of others."""
    signs = 3 - 6 * (np.arange(len(state.w)) % 2)
    return model._finish(data, replace(state, w=state.w + (by * signs * (1 + np.abs(state.w))).astype(state.w.dtype)))[
        "certificate_"
    ]


# --- the entries ----------------------------------------------------------------------------------------------------

BATCHES = "mini-batches are drawn by row number, so that other rows make other batches"
IN_BATCHES = dict.fromkeys(("weights", "order", "scikit-learn"), BATCHES)
POSITIONS = "folds are blocks of consecutive rows, so that other rows make other folds"
BY_POSITION = dict.fromkeys(("weights", "order"), POSITIONS)
LEFT_OUT = "leaving out one of two equal rows is not leaving out both"
SEARCH = {"l1_ratios": (0.0,), "scoring": "neg_log_loss", "use_legacy_attributes": False}  # warns of no default
TWO_CLASSES = "priors are given for two classes, some of the checks have more or fewer"
GIVEN_FOLDS = "the folds are given for 40 rows, the checks have other data"
DEPENDENT = "it refuses dependent columns, which some of the checks have"
THREE_TARGETS = "the parameters are for three targets, the checks have one"
OWN_FOLDS = "the checks set cv, which goes without this parameter"
NOT_UNIQUE = "some of the checks have fewer rows than columns: many answers are right"
SEPARABLE = "classes can be separated in some of the checks: there is no answer"
NO_CONSTANT = "a check asks for a model that always predicts one class, which needs an intercept"
NOT_LABELED = "without labels there are no labels_, which the checks read"
COUNTS = {"unit": "a variance of n rows is divided by n - 1, so that weights count rows"}
WIDE = {"scikit-learn": "a check has fewer samples than columns, for which there is no evidence"}
IN_TURN = dict.fromkeys(("weights", "order"), "batches are consecutive rows, so that other rows make other batches")
ALL_AXES = {"scikit-learn": "of fewer rows than columns, all axes include arbitrary ones, and their number counts rows"}
MANY = {"scikit-learn": "the checks have few columns, of which the solver finds all axes at once"}
SINGLE = {"sparse": "sparse rows are multiplied in double precision, dense ones in single"}
ONE_ROW = {"scikit-learn": "a check asks for another message where one axis of a single row is asked for"}
KRYLOV = {"n_components": 2, "n_oversamples": 2, "random_state": 0}
AXES = (
    "components_",
    "explained_variance_",
    "explained_variance_ratio_",
    "singular_values_",
    "mean_",
    "transform",
)
LINEAR = ("coef_", "intercept_", "predict")
SCORES = ("coef_", "intercept_")
MACHINE = ("support_vectors_", "dual_coef_", "intercept_")  # of the kernel machines
targets = partial(regression, targets=3)
PRECOMPUTED = {"precompute": "'auto' takes the faster form of the same problem"}
PATHS = {
    "path": "the functions lasso_path and enet_path do it without a model",
    "sparse_coef_": "SciPy's sparse arrays would be needed; scipy.sparse.csr_array(coef_) is one line",
}
LIBLINEAR = {
    "solver": "'auto' takes the solver that suits the data, for the same minimum",
    "max_iter": "as the solver, another one than the default of scikit-learn",
}

ONE_BY_ONE = {"solver": "dual-cd", "random_state": 0, "max_iter": 20}
ROW_BY_ROW = dict.fromkeys(("weights", "order", "scikit-learn"), "rows are visited in a random order by their numbers")
JUDGED_ROWS = "its error is measured on pairs of a few rows, by their numbers"

ONE_CLASS = "scikit-learn fits a single class, whose answer is known"
CENTERS_RANDOM = {"random_state": 0, "n_clusters": 3}

MIXTURE = {"n_components": 2, "random_state": 0}
DRAWN = dict.fromkeys(("weights", "order", "scikit-learn"), "the start is drawn by row number")

FEW_TREES = {"n_estimators": 8}
FEW_ITERATIONS = {"max_iter": 8, "max_leaf_nodes": 5, "min_samples_leaf": 1}
BINARY = "some of the checks have more than two classes, for which there is no exponential loss"
NOT_THE_MEAN = "a check asks for R², of which eight trees for a low quantile have little"
EVENTS = {"scikit-learn": "targets of the checks are negative, which no number of events is"}
PAIRS_OF_VARIABLES = {"solver": "smo", "tol": 1e-9}
TO_A_TOLERANCE = dict.fromkeys(
    ("scikit-learn", "sparse"), "answers are right to the tolerance, the tests compare them to rounding"
)
NOT_CONVEX = {"sparse": "the problem is not convex, so that rounding decides between solutions"}
KERNEL_MACHINE = {
    "coef_": "only a linear kernel has weights of the columns",
    "unused_param": "left over from a loop in scikit-learn's class",
}
CALIBRATED = {
    "probability": "scikit-learn is about to remove what stays here: its default there is 'deprecated', here False",
    "predict_proba": "a method only of machines with probability=True",
    "predict_log_proba": "a method only of machines with probability=True",
}
A_PAIR_A_COLUMN = {"scikit-learn": "a check takes the columns of the decision function for those of classes"}
CUBIC = {"scikit-learn": "a cubic kernel follows the noise of a check of class weights, as scikit-learn's does"}
FOLDS_BY_NUMBER = dict.fromkeys(("weights", "order", "scikit-learn"), "the folds are drawn by row number")

COARSE = {"certificate": "the score of four rows does not notice small moves"}
HURRIED = {"max_iter": 60, "learning_rate_init": 0.1}
NETWORK = {"hidden_layer_sizes": (6,), "random_state": 0, "alpha": 0.1, "learning_rate_init": 0.05, "tol": 1e-3}
AMPLIFIED = NOT_CONVEX | {"single": NOT_CONVEX["sparse"]}
NEARLY = {"scikit-learn": "a check compares weights with repeated rows to 1e-7, steps end where they gain 2e-9"}
SLOW = {"learning_rate_init": 0.02, "max_iter": 800, "tol": 1e-4, "n_iter_no_change": 30}
NOISY = {"dropout": 0.2, "batch_norm": True, "batch_size": 10, "max_iter": 4}
CELLS = {
    "hidden_layer_sizes": (4,), "random_state": 0, "alpha": 0.1, "learning_rate_init": 0.05, "tol": 3e-4,
    "n_iter_no_change": 20, "max_iter": 100,
}  # fmt: skip
FREE = {"alpha": 0.03, "tol": 1e-3, "n_iter_no_change": 10, "max_iter": 400}
NOISY_CELLS = {**CELLS, "cell": "rnn", "dropout": 0.2, "batch_size": 10, "max_iter": 4}
CUT = {**CELLS, "cell": "rnn", "truncation": 2, "learning_rate_init": 0.02}
BIASED = {"certificate": "truncated derivatives lead near a minimum, not to it, so that a small move may be a gain"}
LIKE_THE_FIRST = {"scikit-learn": "the checks take half a minute, and see nothing that they do not see of the first"}
LETTERS = {"hidden_layer_sizes": (8,), "embedding_size": 4, "window": 10, "batch_size": 4, "random_state": 0}
ALL_ROWS = {  # With a strong penalty there is one minimum near the start.
    "hidden_layer_sizes": (4,), "activation": "logistic", "random_state": 0, "alpha": 3.0, "solver": "lbfgs",
    "max_iter": 3000, "tol": 1e-6,
}  # fmt: skip
FEW_CELLS = {"hidden_layer_sizes": (3,), "activation": "tanh", "cell": "rnn", "alpha": 10.0}


CODER = {"hidden_layer_sizes": (6,), "random_state": 0, "learning_rate_init": 0.02, "max_iter": 800, "tol": 1e-3}
LINEAR_CODER = {"hidden_layer_sizes": (), "random_state": 0, "solver": "lbfgs", "tol": 1e-9, "max_iter": 2000}
SPARSE_CODER = {"sparse": 0.1, "activity": 0.2, "code_activation": "logistic"}
MANY_STEPS = {"scikit-learn": "a check compares weights with repeated rows to 1e-7, after 400 steps of Adam"}
ROTATED = {"scikit-learn": "codes are known up to a linear map, which rounding decides"}
RANDOM_CODES = dict.fromkeys(("weights", "order", "scikit-learn"), "noise is drawn by row number")

EXAMPLES: dict[str, Example] = {
    "LinearRegression": Example(
        regression,
        {
            "default": Variant(),
            "qr": Variant({"solver": "qr"}, skip={"scikit-learn": DEPENDENT}),
            "svd": Variant({"solver": "svd"}),
            "cholesky": Variant({"solver": "cholesky"}, skip={"scikit-learn": DEPENDENT}),
            "no intercept": Variant({"fit_intercept": False}),
            "positive": Variant({"positive": True}),
            "positive targets": Variant({"positive": True}, data=targets),
            "targets": Variant(data=targets),
            "wide": Variant(data=lambda rows=12, columns=20, seed=0: regression(12, 20, seed)),
            "gd": Variant({"solver": "gd", "tol": 1e-3}),
            "line-search": Variant({"solver": "gd", "learning_rate": "line-search", "tol": 1e-3}),
            "momentum": Variant({"solver": "momentum", "tol": 1e-3}),
            "nesterov": Variant({"solver": "nesterov", "tol": 1e-3}),
            "cg": Variant({"solver": "cg"}),
            "sgd": Variant(
                {"solver": "sgd", "max_iter": 10, "batch_size": 8, "random_state": 1}, skip=IN_BATCHES, converges=False
            ),
        },
        moved_least_squares,
        LINEAR,
        diverging={"solver": "gd", "learning_rate": 1e3},
    ),
    "Ridge": Example(
        regression,
        {
            "default": Variant(),
            "svd": Variant({"solver": "svd"}),
            "cholesky": Variant({"solver": "cholesky"}),
            "cg": Variant({"solver": "cg"}),
            "gd": Variant({"solver": "gd"}),
            "no intercept": Variant({"fit_intercept": False}),
            "positive": Variant({"positive": True}),
            "positive targets": Variant({"positive": True}, data=targets),
            "alphas": Variant({"alpha": [0.1, 1.0, 10.0]}, data=targets, skip={"scikit-learn": THREE_TARGETS}),
            "wide": Variant(data=lambda rows=12, columns=20, seed=0: regression(12, 20, seed)),
        },
        moved_rounded_slopes,
        LINEAR,
        heavier=more_alpha,
    ),
    "RidgeCV": Example(
        regression,
        {
            "default": Variant(skip={"weights": LEFT_OUT}),
            "svd": Variant({"gcv_mode": "svd"}, skip={"weights": LEFT_OUT}),
            "gcv": Variant({"criterion": "gcv"}, skip={"weights": LEFT_OUT, "scikit-learn": OWN_FOLDS}),
            "of rows": Variant({"store_cv_results": True}, skip={"weights": LEFT_OUT, "scikit-learn": OWN_FOLDS}),
            "targets": Variant(
                {"alpha_per_target": True}, data=targets, skip={"weights": LEFT_OUT, "scikit-learn": OWN_FOLDS}
            ),
            "folds": Variant({"cv": folds()}, skip={"scikit-learn": GIVEN_FOLDS}),
            "r2": Variant({"cv": 4, "scoring": "r2"}, skip=BY_POSITION),
        },
        moved_ridge_cv,
        (*LINEAR, "cv_results_"),
        of_rows=("cv_results_",),
        heavier=more_alphas,
    ),
    "RidgeClassifier": Example(
        classes,
        {
            "default": Variant(),
            "svd": Variant({"solver": "svd"}),
            "balanced": Variant({"class_weight": "balanced"}),
            "three": Variant(data=three_classes),
        },
        moved_labels,
        SCORES,
        heavier=more_alpha,
    ),
    "RidgeClassifierCV": Example(
        classes,
        {
            "default": Variant(skip={"weights": LEFT_OUT}),
            "three": Variant(data=three_classes, skip={"weights": LEFT_OUT}),
            "folds": Variant(
                {"cv": folds()}, skip={"scikit-learn": GIVEN_FOLDS, "weights": "the share of right classes counts rows"}
            ),
        },
        moved_labels_cv,
        (*SCORES, "cv_results_"),
        of_rows=("cv_results_",),
        heavier=more_alphas,
    ),
    "ElasticNet": Example(
        regression,
        {
            "default": Variant({"alpha": 0.1}),
            "cd": Variant({"alpha": 0.1, "solver": "cd"}),
            "random": Variant({"alpha": 0.1, "solver": "cd", "selection": "random", "random_state": 4}),
            "ista": Variant({"alpha": 0.1, "solver": "ista"}),
            "fista": Variant({"alpha": 0.1, "solver": "fista"}),
            "admm": Variant({"alpha": 0.1, "solver": "admm"}),
            "ridge": Variant({"alpha": 0.1, "l1_ratio": 0.0}),
            "no intercept": Variant({"alpha": 0.1, "fit_intercept": False}),
            "positive": Variant({"alpha": 0.1, "positive": True}),
            "products": Variant({"alpha": 0.1, "precompute": True}),
            "columns": Variant({"alpha": 0.1, "precompute": False}),
            "targets": Variant({"alpha": 0.1}, data=targets),
        },
        moved_rounded_slopes,
        LINEAR,
        without={**PRECOMPUTED, **PATHS},
    ),
    "Lasso": Example(
        regression,
        {
            "default": Variant({"alpha": 0.1}),
            "cd": Variant({"alpha": 0.1, "solver": "cd"}),
            "positive": Variant({"alpha": 0.1, "positive": True}),
            "least squares": Variant({"alpha": 0.0}, skip={"scikit-learn": NOT_UNIQUE}),
            "wide": Variant({"alpha": 0.3}, data=lambda rows=12, columns=20, seed=0: regression(12, 20, seed)),
        },
        moved_rounded_slopes,
        LINEAR,
        without={**PRECOMPUTED, **PATHS},
    ),
    "ElasticNetCV": Example(
        regression,
        {
            "default": Variant({"alphas": 5}, skip=BY_POSITION),
            "folds": Variant({"alphas": 5, "cv": folds(), "l1_ratio": [0.3, 0.9]}, skip={"scikit-learn": GIVEN_FOLDS}),
            "positive": Variant({"alphas": 5, "cv": folds(), "positive": True}, skip={"scikit-learn": GIVEN_FOLDS}),
        },
        moved_model_slopes,
        LINEAR,
        without=PATHS,
    ),
    "LassoCV": Example(
        regression,
        {
            "default": Variant({"alphas": 5}, skip=BY_POSITION),
            "folds": Variant({"alphas": [0.01, 0.1, 1.0], "cv": folds()}, skip={"scikit-learn": GIVEN_FOLDS}),
        },
        moved_model_slopes,
        LINEAR,
        without=PATHS,
    ),
    "MultiTaskElasticNet": Example(
        targets,
        {"default": Variant({"alpha": 0.1}), "ridge": Variant({"alpha": 0.1, "l1_ratio": 0.0})},
        moved_rounded_slopes,
        LINEAR,
        without={**PATHS, "eps_": "a duality gap within tol is what certificate_ says"},
    ),
    "MultiTaskElasticNetCV": Example(
        targets,
        {
            "default": Variant({"alphas": 3}, skip=BY_POSITION),
            "folds": Variant({"alphas": 3, "cv": folds(), "l1_ratio": [0.3, 0.9]}, skip={"scikit-learn": GIVEN_FOLDS}),
        },
        moved_model_slopes,
        LINEAR,
        without=PATHS,
    ),
    "MultiTaskLassoCV": Example(
        targets,
        {"default": Variant({"alphas": 3}, skip=BY_POSITION)},
        moved_model_slopes,
        LINEAR,
        without=PATHS,
    ),
    "MultiTaskLasso": Example(
        targets,
        {
            "default": Variant({"alpha": 0.1}),
            "no intercept": Variant({"alpha": 0.1, "fit_intercept": False}),
            "columns": Variant({"alpha": 0.1, "precompute": False}),
        },
        moved_rounded_slopes,
        LINEAR,
        without={**PATHS, "eps_": "a duality gap within tol is what certificate_ says"},
    ),
    "LogisticRegression": Example(
        classes,
        {
            "default": Variant(),
            "lbfgs": Variant({"solver": "lbfgs"}),
            "gd": Variant({"solver": "gd", "tol": 1e-2, "max_iter": 1000}),
            "l1": Variant({"l1_ratio": 1.0}),
            "elasticnet": Variant({"l1_ratio": 0.5, "C": 0.5}),
            "no intercept": Variant({"fit_intercept": False}, skip={"scikit-learn": NO_CONSTANT}),
            "no penalty": Variant({"C": np.inf}, skip={"scikit-learn": SEPARABLE}),
            "balanced": Variant({"class_weight": "balanced"}),
            "three": Variant(data=three_classes),
            "sgd": Variant(
                {"solver": "sgd", "max_iter": 8, "batch_size": 8, "random_state": 1}, skip=IN_BATCHES, converges=False
            ),
            "saga": Variant(
                {"solver": "saga", "max_iter": 8, "batch_size": 8, "random_state": 1}, skip=IN_BATCHES, converges=False
            ),
        },
        moved_slopes,
        SCORES,
        diverging={"solver": "gd", "learning_rate": 1e9, "max_iter": 1000},
        without=LIBLINEAR,
        heavier=less_c,
    ),
    "LogisticRegressionCV": Example(
        classes,
        {
            "default": Variant({"Cs": 3, "cv": 3, **SEARCH}, skip=BY_POSITION),
            "folds": Variant({"Cs": [0.1, 1.0], "cv": folds(), **SEARCH}, skip={"scikit-learn": GIVEN_FOLDS}),
            "accuracy": Variant(
                {"Cs": [0.1, 1.0], "cv": folds(), **SEARCH, "l1_ratios": (0.0, 1.0), "scoring": "accuracy"},
                data=three_classes,
                skip={"scikit-learn": GIVEN_FOLDS},
            ),
            "older": Variant(
                {"Cs": [0.1, 1.0], "cv": folds(), **SEARCH, "use_legacy_attributes": True},
                data=three_classes,
                skip={"scikit-learn": GIVEN_FOLDS},
            ),
        },
        moved_grid,
        SCORES,
        without=LIBLINEAR,
        heavier=less_cs,
    ),
    "SoftmaxRegression": Example(
        three_classes,
        {
            "default": Variant(),
            "lbfgs": Variant({"solver": "lbfgs"}),
            "l1": Variant({"l1_ratio": 1.0}),
            "smoothed": Variant({"label_smoothing": 0.1}),
            "no intercept": Variant({"fit_intercept": False}, skip={"scikit-learn": NO_CONSTANT}),
            "two": Variant(data=classes),
            "saga": Variant(
                {"solver": "saga", "max_iter": 8, "batch_size": 8, "random_state": 1}, skip=IN_BATCHES, converges=False
            ),
        },
        moved_slopes,
        SCORES,
        diverging={"solver": "gd", "learning_rate": 1e9, "max_iter": 1000},
        heavier=less_c,
    ),
    "MultinomialNB": Example(
        counted,
        {
            "default": Variant(),
            "three": Variant({"fit_prior": False}, data=three_counted),
            "unsmoothed": Variant({"alpha": 0.0}),
        },
        moved_shares,
        (),
        skip={"one class": ONE_CLASS},
        heavier=more_alpha,
    ),
    "ComplementNB": Example(
        counted,
        {
            "default": Variant(),
            "three": Variant(data=three_counted),
            "norm": Variant({"norm": True}, data=three_counted),
        },
        moved_shares,
        (),
        skip={"one class": ONE_CLASS},
        heavier=more_alpha,
    ),
    "BernoulliNB": Example(
        counted,
        {
            "default": Variant(),
            "three": Variant({"binarize": 1.0, "alpha": 0.5}, data=three_counted),
        },
        moved_shares,
        (),
        skip={"one class": ONE_CLASS},
        heavier=more_alpha,
    ),
    "CategoricalNB": Example(
        categories,
        {
            "default": Variant(),
            "room": Variant({"min_categories": 5}),
        },
        moved_shares,
        (),
        skip={"one class": ONE_CLASS},
        heavier=more_alpha,
    ),
    "GaussianNB": Example(
        classes,
        {
            "default": Variant(),
            "three": Variant(data=three_classes),
            "priors": Variant({"priors": [0.25, 0.75]}, skip={"scikit-learn": TWO_CLASSES}),
        },
        moved_normal,
        ("theta_", "var_", "class_prior_", "class_count_"),
        skip={"one class": ONE_CLASS},
    ),
    "GaussianMixture": Example(
        clusters,
        {
            "default": Variant(MIXTURE),
            "tied": Variant({**MIXTURE, "covariance_type": "tied", "tol": 1e-6}),
            "weights": Variant({**MIXTURE, "weights_init": [0.4, 0.6]}, skip={"scikit-learn": TWO_CLASSES}),
            "diag": Variant({**MIXTURE, "covariance_type": "diag", "init_params": "k-means++"}, skip=DRAWN),
            "spherical": Variant(
                {**MIXTURE, "covariance_type": "spherical", "n_init": 3, "init_params": "random"}, skip=DRAWN
            ),
            "accelerated": Variant({**MIXTURE, "accelerated": True}),
        },
        moved_mixture,
        ("weights_", "means_", "covariances_", "precisions_", "precisions_cholesky_", "predict_proba", "score_samples"),
        without={"lower_bounds_": "an array, where scikit-learn has a list"},
    ),
    "MLPClassifier": Example(
        classes,
        {
            "default": Variant({**NETWORK, "tol": 3e-4, "max_iter": 600}),
            "three": Variant({**NETWORK, "activation": "tanh"}, data=three_classes),
            "lbfgs": Variant({**ALL_ROWS, "activation": "tanh"}, skip=NEARLY, rounding=1e-3),
            "sgd": Variant({**NETWORK, **SLOW, "solver": "sgd", "learning_rate_init": 0.1}),
            "early": Variant({**NETWORK, "early_stopping": True}, skip=DRAWN | COARSE),
            "dropout": Variant({**NETWORK, **NOISY}, skip=IN_BATCHES, converges=False),
        },
        moved_network,
        hurried=HURRIED,
        by_rounding=("n_iter_",),
        skip=AMPLIFIED | {"columns": "several labels are learned at once", "one class": ONE_CLASS},
        heavier=more_alpha,
    ),
    "MLPRegressor": Example(
        regression,
        {
            "default": Variant({**NETWORK, **SLOW}),
            "lbfgs": Variant(ALL_ROWS, skip=NEARLY, rounding=1e-3),
            "targets": Variant({**ALL_ROWS, "alpha": 30.0}, data=targets, skip=NEARLY, rounding=1e-3),
            "huber": Variant({**NETWORK, **SLOW, "tol": 3e-5, "loss": "huber", "learning_rate": "cosine"}),
        },
        moved_network,
        hurried=HURRIED,
        by_rounding=("n_iter_",),
        skip=AMPLIFIED,
        heavier=more_alpha,
    ),
    "Autoencoder": Example(
        stretched,
        {
            "default": Variant(CODER),
            "linear": Variant(LINEAR_CODER, skip=ROTATED | {"single": ROTATED["scikit-learn"]}, rounding=1e-3),
            "tied": Variant({**LINEAR_CODER, "tied": True}, skip=ROTATED, rounding=1e-3),
            "noise": Variant({**CODER, "noise": 0.2, "max_iter": 4}, skip=RANDOM_CODES, converges=False),
            "sparse": Variant({**CODER, **SPARSE_CODER}, skip=MANY_STEPS),
            "contractive": Variant({**CODER, "contractive": 0.1}),
        },
        moved_coder,
        ("transform",),
        by_rounding=("n_iter_",),
    ),
    "RNNRegressor": Example(
        signals,
        {
            "default": Variant({**CELLS, "cell": "rnn", "hidden_layer_sizes": (8,)}, rounding=1e-6),
            "targets": Variant({**ALL_ROWS, **FEW_CELLS}, data=signal_targets, skip=NEARLY, rounding=1e-3),
            "truncated": Variant(CUT, skip=LIKE_THE_FIRST | BIASED, rounding=1e-6),
        },
        moved_network,
        ("predict",),
        by_rounding=("n_iter_",),
        skip=AMPLIFIED,
        heavier=more_alpha,
    ),
    "RNNClassifier": Example(
        signal_classes,
        {
            "default": Variant({**CELLS, **FREE}, rounding=1e-6),
            "three": Variant({**CELLS, **FREE, "cell": "gru"}, data=three_signals, skip=LIKE_THE_FIRST, rounding=1e-6),
            "early": Variant({**CELLS, "early_stopping": True}, skip=DRAWN | COARSE),
            "dropout": Variant(NOISY_CELLS, skip=IN_BATCHES, converges=False),
        },
        moved_network,
        hurried=HURRIED,
        by_rounding=("n_iter_",),
        skip=AMPLIFIED,
        heavier=more_alpha,
    ),
    "VariationalAutoencoder": Example(
        stretched,
        {"default": Variant({**CODER, "max_iter": 4}, skip=RANDOM_CODES, converges=False)},
        moved_coder,
        ("transform", "score_samples"),
        by_rounding=("n_iter_",),
    ),
    "DecisionTreeRegressor": Example(
        regression,
        {
            "default": Variant(),
            "shallow": Variant({"max_depth": 2}),
            "best first": Variant({"max_leaf_nodes": 6}),
            "absolute": Variant({"criterion": "absolute_error", "max_depth": 3}),
            "poisson": Variant({"criterion": "poisson", "max_depth": 3}, data=events, skip=EVENTS),
            "random": Variant({"splitter": "random", "max_features": 2}),
            "pruned": Variant({"ccp_alpha": 0.01}),
            "targets": Variant({"max_depth": 4}, data=targets),
        },
        moved_leaves,
        (),
    ),
    "DecisionTreeClassifier": Example(
        classes,
        {
            "default": Variant(),
            "three": Variant({"max_depth": 3}, data=three_classes),
            "entropy": Variant({"criterion": "entropy"}, data=three_classes),
            "best first": Variant({"max_leaf_nodes": 5}),
            "balanced": Variant({"class_weight": "balanced", "max_features": "sqrt"}),
            "pruned": Variant({"ccp_alpha": 0.02}),
        },
        moved_leaves,
        (),
        skip={"one class": ONE_CLASS, "columns": "several targets are learned at once"},
    ),
    "GradientBoostingRegressor": Example(
        regression,
        {
            "default": Variant(FEW_TREES),
            "absolute": Variant({**FEW_TREES, "loss": "absolute_error"}),
            "huber": Variant({**FEW_TREES, "loss": "huber"}),
            "quantile": Variant(
                {**FEW_TREES, "loss": "quantile", "alpha": 0.3, "max_leaf_nodes": 4},
                skip={"scikit-learn": NOT_THE_MEAN},
            ),
            "subsample": Variant({**FEW_TREES, "subsample": 0.6, "max_features": 2}, skip=DRAWN),
            "stopped": Variant({**FEW_TREES, "n_iter_no_change": 3, "ccp_alpha": 0.01}, skip=DRAWN),
        },
        moved_steps,
        (),
    ),
    "GradientBoostingClassifier": Example(
        classes,
        {
            "default": Variant(FEW_TREES),
            "three": Variant(FEW_TREES, data=three_classes),
            "exponential": Variant({**FEW_TREES, "loss": "exponential"}, skip={"scikit-learn": BINARY}),
            "zero": Variant({**FEW_TREES, "init": "zero", "subsample": 0.6}, skip=DRAWN),
            "stopped": Variant({**FEW_TREES, "n_iter_no_change": 3}, data=three_classes, skip=DRAWN),
        },
        moved_steps,
        (),
    ),
    "HistGradientBoostingRegressor": Example(
        regression,
        {
            "default": Variant(FEW_ITERATIONS),
            "absolute": Variant({**FEW_ITERATIONS, "loss": "absolute_error"}),
            "quantile": Variant(
                {**FEW_ITERATIONS, "loss": "quantile", "quantile": 0.3}, skip={"scikit-learn": NOT_THE_MEAN}
            ),
            "poisson": Variant({**FEW_ITERATIONS, "loss": "poisson"}, data=events, skip=EVENTS),
            "gamma": Variant({**FEW_ITERATIONS, "loss": "gamma"}, data=sizes, skip=EVENTS),
            "depth": Variant({**FEW_ITERATIONS, "max_leaf_nodes": None, "max_depth": 2, "l2_regularization": 1.0}),
            "columns": Variant(
                {**FEW_ITERATIONS, "max_features": 0.5, "interaction_cst": "pairwise", "learning_rate": 0.3}
            ),
            "stopped": Variant({**FEW_ITERATIONS, "early_stopping": True, "scoring": "r2"}, skip=DRAWN),
        },
        moved_values,
        (),
        heavier=more_l2,
    ),
    "HistGradientBoostingClassifier": Example(
        classes,
        {
            "default": Variant(FEW_ITERATIONS),
            "three": Variant(FEW_ITERATIONS, data=three_classes),
            "balanced": Variant({**FEW_ITERATIONS, "max_iter": 20, "class_weight": "balanced", "max_bins": 16}),
            "stopped": Variant(
                {**FEW_ITERATIONS, "early_stopping": True, "n_iter_no_change": 3}, data=three_classes, skip=DRAWN
            ),
        },
        moved_values,
        (),
    ),
    "PCA": Example(
        stretched,
        {
            "default": Variant({"n_components": 2}, skip=COUNTS),
            "all": Variant(skip=COUNTS | ALL_AXES),
            "whiten": Variant({"n_components": 2, "whiten": True}, skip=COUNTS),
            "share": Variant({"n_components": 0.9, "svd_solver": "full"}, skip=COUNTS),
            "likely": Variant({"n_components": "mle"}, skip=COUNTS | WIDE),
            "arpack": Variant({"n_components": 1, "svd_solver": "arpack"}, skip=COUNTS),
            "randomized": Variant({"n_components": 2, "svd_solver": "randomized"}, skip=COUNTS),
            "krylov": Variant({**KRYLOV, "svd_solver": "arpack"}, data=many_columns, skip=COUNTS | MANY),
            "single": Variant(
                {**KRYLOV, "svd_solver": "randomized"}, data=many_columns, skip=COUNTS | MANY | SINGLE, rounding=1e-5
            ),
            "steps": Variant(
                {**KRYLOV, "svd_solver": "randomized", "iterated_power": 3}, data=many_columns, skip=COUNTS | MANY
            ),
            "power": Variant({"n_components": 1, "svd_solver": "power"}, skip=COUNTS),
            "oja": Variant({"n_components": 2, "svd_solver": "oja", "random_state": 0}, skip=COUNTS | IN_BATCHES),
            "em": Variant({"n_components": 1, "svd_solver": "em"}, skip=COUNTS),
        },
        moved_loadings,
        AXES,
    ),
    "IncrementalPCA": Example(
        stretched,
        {
            "default": Variant({"n_components": 2}, skip=COUNTS | IN_TURN),
            "all": Variant(skip=COUNTS | IN_TURN | ALL_AXES),
            "batches": Variant(
                {"n_components": 2, "batch_size": 10, "whiten": True}, skip=COUNTS | IN_TURN | IN_BATCHES
            ),
        },
        moved_axes,
        AXES,
    ),
    "KernelPCA": Example(
        stretched,
        {
            "default": Variant({"n_components": 3}),
            "rbf": Variant({"n_components": 3, "kernel": "rbf"}),
            "poly": Variant({"n_components": 3, "kernel": "poly", "degree": 2, "eigen_solver": "arpack"}),
            "cosine": Variant({"n_components": 2, "kernel": "cosine", "eigen_solver": "randomized"}),
            "back": Variant({"n_components": 3, "kernel": "rbf", "fit_inverse_transform": True}),
        },
        moved_kernel_axes,
        ("eigenvalues_", "eigenvectors_", "transform"),
        of_rows=("eigenvectors_", "X_fit_", "dual_coef_", "X_transformed_fit_"),
    ),
    "LinearSVC": Example(
        classes,
        {
            "default": Variant(),
            "hinge": Variant({"loss": "hinge"}),
            "l1": Variant({"penalty": "l1"}),
            "dual": Variant({**ONE_BY_ONE, "max_iter": 5}, skip=ROW_BY_ROW, converges=False),
            "dual hinge": Variant({**ONE_BY_ONE, "loss": "hinge"}, skip=ROW_BY_ROW, converges=False),
            "no intercept": Variant({"fit_intercept": False}, skip={"scikit-learn": NO_CONSTANT}),
            "balanced": Variant({"class_weight": "balanced"}),
            "three": Variant(data=three_classes),
        },
        moved_slopes,
        SCORES,
        heavier=less_c,
    ),
    "LinearSVR": Example(
        regression,
        {
            "default": Variant(),
            "epsilon": Variant({"epsilon": 0.5}),
            "squared": Variant({"loss": "squared_epsilon_insensitive", "epsilon": 0.1}),
            "dual": Variant(
                {**ONE_BY_ONE, "loss": "squared_epsilon_insensitive", "epsilon": 0.1},
                skip=ROW_BY_ROW,
                converges=False,
            ),
            "no intercept": Variant({"fit_intercept": False}),
        },
        moved_slopes,
        LINEAR,
        heavier=less_c,
    ),
    "Nystroem": Example(
        stretched,
        {
            "default": Variant({"n_components": 4, "random_state": 0}),
            "poly": Variant({"n_components": 3, "random_state": 0, "kernel": "poly", "degree": 2}),
            "laplacian": Variant({"n_components": 3, "random_state": 0, "kernel": "laplacian"}),
        },
        moved_normalization,
        ("components_", "normalization_", "transform"),
    ),
    "RBFSampler": Example(
        stretched,
        {
            "default": Variant({"n_components": 10, "random_state": 0}),
            "scale": Variant({"n_components": 10, "random_state": 0, "gamma": "scale"}),
        },
        moved_axes,
        ("random_weights_", "random_offset_", "transform"),
        skip={
            "certificate": "the error of random features is itself random: it may fall as they are moved",
            "weights": JUDGED_ROWS,
            "order": JUDGED_ROWS,
        },
    ),
    "TruncatedSVD": Example(
        stretched,
        {
            "default": Variant(),
            "arpack": Variant({"n_components": 1, "algorithm": "arpack"}, skip=ONE_ROW),
            "krylov": Variant({"n_components": 2, "n_oversamples": 2}, data=many_columns),
        },
        moved_axes,
        ("components_", "singular_values_", "explained_variance_", "transform"),
    ),
    "SVC": Example(
        classes,
        {
            "default": Variant(),
            "linear": Variant({"kernel": "linear", "C": 10.0}),
            "poly": Variant({"kernel": "poly", "coef0": 1.0, "gamma": "auto"}, skip=CUBIC),
            "sigmoid": Variant({"kernel": "sigmoid", "gamma": 0.01, "C": 100.0}, skip=NOT_CONVEX),
            "smo": Variant(PAIRS_OF_VARIABLES, skip=TO_A_TOLERANCE, rounding=1e-7),
            "balanced": Variant({"class_weight": "balanced"}),
            "three": Variant(data=three_classes),
            "pairs": Variant({"decision_function_shape": "ovo"}, data=three_classes, skip=A_PAIR_A_COLUMN),
            "ties": Variant({"break_ties": True}, data=three_classes),
            "probability": Variant({"probability": True}, skip=FOLDS_BY_NUMBER),
            "three probabilities": Variant({"probability": True}, data=three_classes, skip=FOLDS_BY_NUMBER),
        },
        moved_multipliers,
        (*MACHINE, "decision_function"),
        by_rounding=("n_iter_",),
        without={**KERNEL_MACHINE, **CALIBRATED},
        heavier=less_c,
    ),
    "NuSVC": Example(
        classes,
        {
            "default": Variant({"nu": 0.83}),
            "smo": Variant({**PAIRS_OF_VARIABLES, "nu": 0.83}, skip=TO_A_TOLERANCE, rounding=1e-6),
            "three": Variant({"nu": 0.83}, data=three_classes),
        },
        moved_multipliers,
        (*MACHINE, "decision_function"),
        by_rounding=("n_iter_",),
        without={**KERNEL_MACHINE, **CALIBRATED},
        skip={"scikit-learn": "a check asks for class weights, which have no meaning here, as in scikit-learn"},
    ),
    "SVR": Example(
        regression,
        {
            "default": Variant(),
            "linear": Variant({"kernel": "linear", "C": 10.0}),
            "smo": Variant(PAIRS_OF_VARIABLES, skip=TO_A_TOLERANCE, rounding=1e-7),
            "no tube": Variant({"epsilon": 0.0}),
        },
        moved_multipliers,
        (*MACHINE, "predict"),
        by_rounding=("n_iter_",),
        without=KERNEL_MACHINE,
        heavier=less_c,
    ),
    "NuSVR": Example(
        regression,
        {
            "default": Variant(),
            "linear": Variant({"kernel": "linear", "nu": 0.3, "C": 10.0}),
            "smo": Variant(PAIRS_OF_VARIABLES, skip=TO_A_TOLERANCE, rounding=1e-7),
        },
        moved_multipliers,
        (*MACHINE, "predict"),
        by_rounding=("n_iter_",),
        without=KERNEL_MACHINE,
        heavier=less_c,
    ),
    "OneClassSVM": Example(
        clusters,
        {
            "default": Variant({"nu": 0.33}),
            "linear": Variant({"kernel": "linear", "nu": 0.23}),
            "smo": Variant({**PAIRS_OF_VARIABLES, "nu": 0.33}, skip=TO_A_TOLERANCE, rounding=1e-7),
        },
        moved_frontier,
        (*MACHINE, "offset_", "decision_function", "score_samples"),
        by_rounding=("n_iter_", "predict"),
        without=KERNEL_MACHINE,
        skip={"unit": "scores are sums of weights, as in scikit-learn"},
    ),
    "KMeans": Example(
        clusters,
        {
            "default": Variant(CENTERS_RANDOM),
            "lloyd": Variant({**CENTERS_RANDOM, "algorithm": "lloyd", "tol": 0.0}),
            "elkan": Variant({**CENTERS_RANDOM, "algorithm": "elkan", "n_clusters": 5}),
            "hamerly": Variant({**CENTERS_RANDOM, "algorithm": "hamerly", "n_clusters": 5}),
            "random": Variant({**CENTERS_RANDOM, "init": "random", "n_init": 3}),
            "one": Variant({"n_clusters": 1, "random_state": 0}),
        },
        moved_run,
        ("cluster_centers_", "transform"),
        of_rows=("labels_",),
        without={"algorithm": "all algorithms take the same steps, 'auto' the fastest"},
    ),
    "MiniBatchKMeans": Example(
        clusters,
        {
            "default": Variant({**CENTERS_RANDOM, "batch_size": 16}),
            "random": Variant({**CENTERS_RANDOM, "batch_size": 16, "init": "random"}),
            "tolerance": Variant({**CENTERS_RANDOM, "batch_size": 16, "tol": 0.001}),
            "unlabelled": Variant(
                {**CENTERS_RANDOM, "batch_size": 16, "compute_labels": False},
                skip={"scikit-learn": NOT_LABELED, "certificate": NOT_LABELED},
            ),
        },
        moved_centers,
        ("cluster_centers_", "transform"),
        of_rows=("labels_",),
    ),
}

TEXTS: dict[str, Example] = {  # of models that learn from a text: without rows, columns, weights and targets
    "CharRNN": Example(
        letters,
        {
            "default": Variant({**LETTERS, "learning_rate_init": 0.03, "tol": 1e-3, "max_iter": 100}),
            "lstm": Variant({**LETTERS, "cell": "lstm", "dropout": 0.1, "max_iter": 2}, converges=False),
        },
        moved_letters,
        by_rounding=("n_iter_",),
    ),
}

CONTRACTS = ("weights", "order", "scikit-learn", "certificate", "one class", "columns", "unit", "sparse", "single")


def public_estimators() -> list[type]:
    """Every estimator that users import."""
    public = [getattr(groundup, name) for name in groundup.__all__]
    return [kind for kind in public if isinstance(kind, type) and issubclass(kind, Estimator)]
