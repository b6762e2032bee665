"""Linear support vector classifier: scikit-learn's objective and numbers, on easy, hard and degenerate data."""

import warnings

import numpy as np
import pytest
import scipy.sparse
import sklearn.svm
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.preprocessing import scale

from groundup import LinearSVC
from groundup.core.containers.csr import sparse_rows
from groundup.core.exceptions import ConvergenceWarning, InvalidParameterError
from groundup.projects.support_vector_machine.solvers.linear import design

RNG = np.random.default_rng(5)
KINDS = {"squared": ("l2", "squared_hinge"), "hinge": ("l2", "hinge"), "l1": ("l1", "squared_hinge")}


def overlapping(n=120, d=6, classes=2):
    """Classes that cannot be separated, with a mean, so that the intercept matters."""
    X = RNG.normal(size=(n, d)) + 0.5
    scores = X @ RNG.normal(size=(d, classes)) + RNG.normal(size=(n, classes))
    return X, scores.argmax(axis=1)


DATA = {
    "two": overlapping(),
    "three": overlapping(classes=3),
    "wide": overlapping(n=30, d=80),
    "one column": overlapping(d=1),
}


def objectives(model, X, y, weight=None):
    """The objective of each class against the others, written out; `class_weight` counts for the class itself."""
    classes = model.classes_
    weight = np.ones(len(y)) if weight is None else weight
    factor = model.class_weight or {}
    result = []
    for k in range(len(model.coef_)):
        positive = y == (classes[1] if len(classes) == 2 else classes[k])
        own = np.where(positive, factor.get(classes[1] if len(classes) == 2 else classes[k], 1.0), 1.0)
        if len(classes) == 2:
            own = np.where(positive, own, factor.get(classes[0], 1.0))
        b = model.intercept_[k] if model.fit_intercept else 0.0
        excess = np.maximum(1 - np.where(positive, 1, -1) * (X @ model.coef_[k] + b), 0)
        losses = excess if model.loss == "hinge" else excess**2
        parameters = np.append(model.coef_[k], b / model.intercept_scaling)
        norm = np.abs(parameters).sum() if model.penalty == "l1" else parameters @ parameters / 2
        result.append(norm + model.C * (weight * own * losses).sum())
    return np.array(result)


def theirs(model, X, y, weight=None, tol=1e-10):
    """scikit-learn's model of the same parameters, as far as it converges."""
    parameters = {name: value for name, value in model.get_params().items() if name != "solver"}
    peer = sklearn.svm.LinearSVC(**parameters | {"tol": tol, "max_iter": 100_000, "random_state": 0})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return peer.fit(X, y, weight)


@pytest.mark.parametrize("C", [1e-3, 1.0, 100.0])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("data", DATA)
def test_the_objective_is_that_of_scikit_learn(data, kind, C):
    """Catches a factor of two, an intercept without penalty, and a minimum that is none."""
    X, y = DATA[data]
    penalty, loss = KINDS[kind]
    model = LinearSVC(penalty=penalty, loss=loss, C=C, tol=1e-5).fit(X, y)
    peer = theirs(model, X, y)
    ours, reference = objectives(model, X, y), objectives(peer, X, y)
    assert (ours <= reference * (1 + 1e-9)).all()
    assert model.certificate_.holds
    assert (ours >= reference * (1 - 1e-6)).all() or kind == "l1" or C > 1  # where liblinear converges


@pytest.mark.parametrize("C", [1e-3, 0.1, 1.0])
@pytest.mark.parametrize("kind", KINDS)
def test_coefficients_are_those_of_scikit_learn(kind, C):
    """Catches another scale of the intercept, and classes in another order."""
    X, y = DATA["three"]
    penalty, loss = KINDS[kind]
    weight = RNG.uniform(0.2, 3, len(y))
    for form in (np.asarray, scipy.sparse.csr_array):
        model = LinearSVC(
            penalty=penalty, loss=loss, C=C, tol=1e-7, class_weight={0: 2.0, 2: 0.5}, intercept_scaling=3.0
        ).fit(form(X), y, weight)
        peer = theirs(model, X, y, weight)
        size = np.abs(peer.coef_).max() or 1.0
        np.testing.assert_allclose(model.coef_, peer.coef_, rtol=0, atol=(1e-6 if kind != "l1" else 1e-5) * size)
        np.testing.assert_allclose(model.intercept_, peer.intercept_, rtol=0, atol=1e-5 * size)
        np.testing.assert_allclose(model.decision_function(form(X)), peer.decision_function(X), atol=1e-4 * size)


@pytest.mark.parametrize("load", [load_iris, load_breast_cancer, load_digits])
def test_bundled_data(load):
    """Catches what random data do not show: equal columns, constant columns, ten classes."""
    X, y = load(return_X_y=True)
    X = scale(X)[:600]
    model = LinearSVC(C=0.1, tol=1e-6).fit(X, y[:600])
    peer = theirs(model, X, y[:600])
    np.testing.assert_allclose(model.coef_, peer.coef_, atol=1e-6 * np.abs(peer.coef_).max())
    assert (model.predict(X) == peer.predict(X)).all()


def test_without_intercept_and_balanced():
    """Catches an intercept that stays, and class weights by unweighted counts."""
    X, y = DATA["two"]
    y = np.where(np.arange(len(y)) % 5 == 0, 1 - y, y)
    for parameters in ({"fit_intercept": False}, {"class_weight": "balanced", "loss": "hinge", "C": 0.1}):
        model = LinearSVC(tol=1e-7, **parameters).fit(X, y)
        peer = theirs(model, X, y)
        np.testing.assert_allclose(model.coef_, peer.coef_, atol=1e-6)
        np.testing.assert_allclose(model.intercept_, peer.intercept_, atol=1e-6)
    assert LinearSVC(fit_intercept=False).fit(X, y).intercept_ == 0.0


@pytest.mark.parametrize("C", [1e-6, 1e6])
@pytest.mark.parametrize("kind", KINDS)
def test_extreme_strengths(kind, C):
    """Catches steps that never end, forces that overflow, and gaps of which rounding decides."""
    X, y = DATA["two"]
    penalty, loss = KINDS[kind]
    model = LinearSVC(penalty=penalty, loss=loss, C=C).fit(X, y)
    assert model.certificate_.holds
    assert (objectives(model, X, y) <= objectives(theirs(model, X, y, tol=1e-6), X, y) * (1 + 1e-7)).all()


@pytest.mark.parametrize("loss", ["hinge", "squared_hinge"])
def test_unscaled_columns_and_copies(loss):
    """Catches normal equations that lose the small columns, and systems that are singular for equal rows."""
    X, y = DATA["two"]
    X = np.vstack([X, X]) * np.geomspace(1e-4, 1e8, X.shape[1])
    y = np.append(y, y)
    model = LinearSVC(loss=loss).fit(X, y)
    assert model.certificate_.holds
    assert model.score(X, y) > 0.75


def test_separable_classes_have_the_widest_margin():
    """Catches a hard margin that is not reached: all rows lie beyond it, and its support vectors on it."""
    X = np.array([[0.0, 0.0], [0.0, 1.0], [3.0, 0.0], [3.0, 5.0], [-4.0, 0.0]])
    y = np.array([0, 0, 1, 1, 0])
    model = LinearSVC(loss="hinge", C=1e6, intercept_scaling=1e4, tol=1e-8).fit(X, y)
    np.testing.assert_allclose(model.coef_, [[2 / 3, 0.0]], atol=1e-6)
    np.testing.assert_allclose(model.intercept_, [-1.0], atol=1e-6)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"penalty": "l1", "loss": "hinge"}, "The combination of penalty='l1' and loss='hinge' is not supported"),
        ({"penalty": "l1", "dual": True}, "are not supported when dual=True"),
        ({"loss": "hinge", "dual": False}, "are not supported when dual=False"),
        ({"penalty": "l1", "solver": "dual-cd"}, "solver='dual-cd' is for penalty='l2'"),
    ],
)
def test_combinations_are_refused_as_by_scikit_learn(parameters, said):
    """Catches a combination that is taken for another."""
    with pytest.raises(InvalidParameterError, match=said):
        LinearSVC(**parameters).fit(*DATA["two"])


def test_both_solvers_find_one_answer():
    """Catches a step of the textbook's solver that leaves its interval, or a squared loss without its softness."""
    X, y = DATA["two"]
    for loss in ("hinge", "squared_hinge"):
        fast = LinearSVC(loss=loss, C=0.1, tol=1e-6).fit(X, y)
        plain = LinearSVC(loss=loss, C=0.1, tol=1e-5, solver="dual-cd", random_state=3, max_iter=3000).fit(X, y)
        assert plain.certificate_.holds
        np.testing.assert_allclose(plain.coef_, fast.coef_, atol=1e-4)
        assert plain.history_["gap"][-1] <= 1e-10


@pytest.mark.parametrize("loss", ["hinge", "squared_hinge"])
def test_the_textbooks_solver_weighs_rows_and_scales_the_intercept(loss):
    """Catches a bound C that is the first row's, and a constant column of one where it is to be three."""
    X, y = (part[:40] for part in DATA["two"])
    weight = np.where(np.arange(len(y)) % 3 == 0, 0.2, 2.0)
    given = {"loss": loss, "C": 0.05, "intercept_scaling": 3.0, "class_weight": {1: 4.0}}
    fast = LinearSVC(tol=1e-6, **given).fit(X, y, weight)
    plain = LinearSVC(tol=1e-4, solver="dual-cd", random_state=3, max_iter=2000, **given).fit(X, y, weight)
    assert plain.certificate_.holds
    np.testing.assert_allclose(plain.coef_, fast.coef_, atol=1e-3)
    np.testing.assert_allclose(plain.intercept_, fast.intercept_, atol=1e-3)


def test_the_dual_objective_rises_with_every_pass():
    """Catches coordinate steps that overshoot: the gap of the hinge's dual falls, and parameters stay sums of rows."""
    X, y = DATA["three"]
    states = list(LinearSVC(loss="hinge", C=0.5, solver="dual-cd", random_state=0, max_iter=30).steps(X, y))
    sign = np.where(y[:, None] == np.arange(3), 1.0, -1.0)
    rows = np.column_stack([X, np.ones(len(X))])
    duals = []
    for state in states:
        force = state.iterate.memory.force
        assert force.min() >= 0
        assert force.max() <= 0.5
        W = (force.T * sign).T if force.shape[0] == len(X) else force * sign.T
        np.testing.assert_allclose(W @ rows, np.column_stack([state.coef, state.intercept]), atol=1e-12)
        duals.append(force.sum() - np.square(W @ rows).sum() / 2)
    assert (np.diff(duals) >= -1e-12).all()


def test_a_subsample_starts_many_rows():
    """Catches a start that is taken for the end, and losses of a subsample that stand for themselves only."""
    X, y = overlapping(n=20_000, d=5)
    model = LinearSVC(tol=1e-6).fit(X, y)
    problem = LinearSVC()._prepare(X, y, None).problem
    np.testing.assert_allclose(problem.subsample(np.arange(0, 20_000, 8)).at_zero(), problem.at_zero())
    first, *_ = LinearSVC(tol=1e-6).steps(X, y)
    assert first.loss < model.history_["loss"][-1] * 1.01
    assert first.gap > model.certificate_.tolerance
    peer = theirs(model, X, y)
    np.testing.assert_allclose(model.coef_, peer.coef_, atol=1e-6)


def test_too_few_iterations_are_told():
    """Catches silence about parameters that are none."""
    with pytest.warns(ConvergenceWarning, match="Liblinear failed to converge, increase the number of iterations"):
        model = LinearSVC(loss="hinge", max_iter=2).fit(*DATA["three"])
    assert model.n_iter_ == 2
    assert not model.certificate_.holds


@pytest.mark.parametrize(
    "given",
    [{"loss": "hinge"}, {"solver": "dual-cd", "random_state": 0}, {"penalty": "l1"}],
    ids=lambda given: next(iter(given)),
)
def test_the_certificate_of_a_fit_that_stopped_is_its_gap(given):
    """Catches a gap without its losses, that of parameters in another unit, and that of the best class."""
    with pytest.warns(ConvergenceWarning):
        model = LinearSVC(max_iter=2, intercept_scaling=5.0, **given).fit(*DATA["three"])
    assert model.certificate_.value == pytest.approx(model.history_["gap"][-1], rel=1e-6)


@pytest.mark.parametrize("loss", ["hinge", "squared_hinge"])
def test_a_class_of_weight_zero_asks_for_nothing(loss):
    """Catches forces divided by a weight of zero."""
    X, y = DATA["two"]
    model = LinearSVC(loss=loss, class_weight={0: 0.0}).fit(X, y)
    assert model.certificate_.holds
    assert (model.predict(X) == 1).all()


def test_balanced_classes_count_the_weights_of_rows():
    """Catches classes balanced by their numbers of rows: a row of weight three is three rows."""
    X, y = DATA["two"]
    weight = np.where(y == 1, 3, 1)
    once = LinearSVC(class_weight="balanced", tol=1e-7).fit(X, y, weight)
    copies = LinearSVC(class_weight="balanced", tol=1e-7).fit(np.repeat(X, weight, axis=0), np.repeat(y, weight))
    np.testing.assert_allclose(once.coef_, copies.coef_, atol=1e-6)


@pytest.mark.parametrize("form", [np.asarray, sparse_rows], ids=["dense", "sparse"])
def test_cross_products_are_the_same_in_blocks(form, monkeypatch):
    """Catches the rows of the first block in every block, and a border without its constant."""
    monkeypatch.setattr(design, "GRAM_BLOCK", 24)
    X, weight = DATA["two"][0][:50], np.arange(50.0) % 3
    table = design.Design(form(X), 2.0)
    rows = np.column_stack([X, np.full(50, 2.0)])
    for columns in (None, np.array([0, 3, 6]), np.array([1, 2])):
        own = rows if columns is None else rows[:, columns]
        np.testing.assert_allclose(table.gram(weight, columns), (own.T * weight) @ own, rtol=1e-12, atol=1e-12)


def words(n=300, d=2000, seed=1):
    """Rows of a few words out of many, frequent and rare, and classes that words tell apart with errors."""
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(30, (1 / np.arange(1, d + 1)) / (1 / np.arange(1, d + 1)).sum(), n).astype(float)
    X = counts * np.log(n / (1 + (counts > 0).sum(axis=0)))
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    scores = X @ rng.normal(size=d)
    return scipy.sparse.csr_array(X), (scores + scores.std() * rng.normal(size=n) > np.median(scores)).astype(int)


@pytest.mark.parametrize("C", [0.1, 10.0])
@pytest.mark.parametrize("loss", ["hinge", "squared_hinge"])
def test_rows_wider_than_they_are_many(loss, C):
    """Catches faces of the dual's box that are left too early, and zigzags between them."""
    X, y = words()
    model = LinearSVC(loss=loss, C=C, tol=1e-6, max_iter=100).fit(X, y)
    peer = theirs(model, X.toarray(), y)
    ours, reference = objectives(model, X, y), objectives(peer, X, y)
    assert (ours <= reference * (1 + 1e-11)).all()
    assert model.certificate_.holds
    np.testing.assert_allclose(model.coef_, peer.coef_, atol=2e-5 * np.abs(peer.coef_).max())


@pytest.mark.parametrize("C", [1.0, 30.0])
def test_few_of_many_words(C):
    """Catches signs that are kept against the slope, and systems of more columns than rows without damping."""
    X, y = words()
    model = LinearSVC(penalty="l1", C=C).fit(X, y)
    peer = theirs(model, X.toarray(), y, tol=1e-6)
    ours, reference = objectives(model, X, y), objectives(peer, X, y)
    np.testing.assert_allclose(ours, reference, rtol=1e-6)
    assert ours[0] <= reference[0] * (1 + 1e-8)
    assert model.certificate_.holds
    assert 5 < np.count_nonzero(model.coef_) < len(y)


def test_wide_rows_of_several_classes_go_on_from_any_state():
    """Catches tolerances of conjugate gradients that a state forgets, and outputs that wait for each other."""
    X, y = words()
    y = y + (np.arange(len(y)) % 3 == 0)
    for penalty in ("l1", "l2"):
        model = LinearSVC(penalty=penalty)
        states = list(model.steps(X, y))
        resumed = list(model.steps(X, y, start=states[len(states) // 2]))
        np.testing.assert_array_equal(resumed[-1].coef, states[-1].coef)


@pytest.mark.parametrize("loss", ["hinge", "squared_hinge"])
def test_equal_wide_rows_of_opposite_classes(loss):
    """Catches singular systems of which conjugate gradients know no solution: nothing can be learned here."""
    X, y = words()
    model = LinearSVC(loss=loss).fit(scipy.sparse.vstack([X, X]).tocsr(), np.append(y, 1 - y))
    assert model.certificate_.holds
    np.testing.assert_allclose(model.coef_, 0.0, atol=1e-3)


def test_an_intercept_alone_enters_the_sparse_model():
    """Catches cross-products of no column: just above the smallest C, only the intercept is not zero."""
    # the slope of the objective by the intercept is 1 - 40 C at zero, by the others at least 1 - 6 C
    X, y = np.array([[-1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 1.0]]), [0, 1, 1, 1]
    model = LinearSVC(penalty="l1", C=0.02525, intercept_scaling=10).fit(X, y)
    assert model.coef_.tolist() == [[0.0, 0.0]]
    # the minimum of b / 10 + C (3 (1 - b)² + (1 + b)²)
    assert model.intercept_ == pytest.approx([0.5 - 0.1 / (8 * 0.02525)], abs=1e-6)


@pytest.mark.parametrize("penalty", ["l1", "l2"])
def test_tiny_strengths(penalty):
    """Catches squares of forces that vanish, by which the certificate is then zero divided by zero."""
    X, y = overlapping()
    model = LinearSVC(penalty=penalty, C=1e-300).fit(X, y)
    assert np.abs(model.coef_).max() <= 1e-290
    assert model.certificate_.holds


def test_a_fit_that_rounding_stops_says_so():
    """Catches the advice to increase max_iter where more iterations change nothing."""
    X, y = load_breast_cancer(return_X_y=True)
    with pytest.warns(ConvergenceWarning, match="rounding leaves no lower objective") as caught:
        model = LinearSVC(penalty="l1", C=1e6).fit(scale(X), y)
    assert model.n_iter_ < model.max_iter
    assert "max_iter" not in str(caught[0].message)
