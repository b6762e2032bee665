"""The kernel machines against scikit-learn's, a generic solver of quadratic programs, and the textbook."""

import tracemalloc
import warnings

import numpy as np
import pytest
import scipy.optimize
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import svm as reference
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import check_estimator

import groundup
from groundup import SVC, SVR, NuSVC, NuSVR, OneClassSVM
from groundup.core.exceptions import ConvergenceWarning
from groundup.core.kernels import Kernel
from groundup.projects.support_vector_machine import textbook
from groundup.projects.support_vector_machine.models.pairs import votes

TIGHT = 1e-9  # Tolerance of both sides. LIBSVM keeps kernel values in single precision: about 1e-7 of the largest.
RNG = np.random.default_rng(13)
OVERLAP = RNG.normal(size=(120, 3))
LABELS = np.where(OVERLAP[:, 0] + 0.7 * RNG.normal(size=120) > 0, 1, -1)


def standard(X):
    """Columns with mean zero and variance one; constant ones are left out."""
    X = X[:, X.std(axis=0) > 0]
    return (X - X.mean(axis=0)) / X.std(axis=0)


IRIS = (load_iris().data, load_iris().target)
CANCER = (standard(load_breast_cancer().data)[:300], load_breast_cancer().target[:300])
DIGITS = (load_digits().data[:300] / 16, load_digits().target[:300])
DATA = {"iris": IRIS, "cancer": CANCER, "digits": DIGITS, "overlap": (OVERLAP, LABELS)}


def dual_objective(model, X, sign, linear=None):
    """What a machine with two classes maximises, from its public attributes."""
    coef = np.zeros(len(X))
    coef[model.support_] = model.dual_coef_[0]
    K = Kernel("rbf", model._gamma).table(X, X)
    return np.abs(coef).sum() - coef @ K @ coef / 2


# --- scikit-learn ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("C", [0.1, 1.0, 30.0])
@pytest.mark.parametrize("gamma", ["scale", 0.02, 1.0])
def test_classifiers_agree_with_scikit_learn(data, C, gamma):
    """Catches a kernel with another scale, a bias of the wrong sign, support vectors in another order."""
    X, y = DATA[data]
    ours = SVC(C=C, gamma=gamma, tol=TIGHT, decision_function_shape="ovo").fit(X, y)
    theirs = reference.SVC(C=C, gamma=gamma, tol=TIGHT, decision_function_shape="ovo").fit(X, y)
    values = theirs.decision_function(X)
    size = max(1.0, np.abs(values).max())
    np.testing.assert_allclose(ours.decision_function(X), values, atol=3e-5 * size)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=3e-5 * size)
    np.testing.assert_array_equal(ours.support_, theirs.support_)
    np.testing.assert_array_equal(ours.n_support_, theirs.n_support_)
    np.testing.assert_allclose(ours.dual_coef_, theirs.dual_coef_, atol=1e-4 * C)
    clear = np.abs(values).min(axis=1 if values.ndim > 1 else None, initial=np.inf) > 1e-4
    np.testing.assert_array_equal(ours.predict(X)[clear], theirs.predict(X)[clear])
    ours.decision_function_shape = theirs.decision_function_shape = "ovr"
    np.testing.assert_allclose(ours.decision_function(X)[clear], theirs.decision_function(X)[clear], atol=1e-3)
    assert ours.certificate_.holds


@pytest.mark.parametrize("data", ["cancer", "overlap"])
@pytest.mark.parametrize("C", [1e-6, 1.0, 1e3, 1e6])
def test_the_dual_objective_is_that_of_libsvm_or_better(data, C):
    """Catches a solver that stops short of the optimum: the dual was 6.9 where 7.33 is possible."""
    X, y = DATA[data]
    ours = SVC(C=C, gamma=0.3, tol=1e-6).fit(X, y)
    theirs = reference.SVC(C=C, gamma=0.3, tol=1e-6, max_iter=3_000_000).fit(X, y)
    best = dual_objective(theirs, X, y)
    assert dual_objective(ours, X, y) >= best * (1 - 1e-6)
    assert ours.certificate_.holds


@pytest.mark.parametrize("kernel", ["linear", "poly", "sigmoid"])
def test_other_kernels_agree_with_scikit_learn(kernel):
    """Catches coef0 and degree exchanged, and gamma forgotten in a kernel."""
    parameters = {"kernel": kernel, "gamma": 0.1, "coef0": 0.5, "degree": 2, "tol": 1e-6}
    for name, X, y in (
        ("SVC", OVERLAP, LABELS),
        ("SVR", OVERLAP, OVERLAP[:, 1] ** 2),
        ("NuSVR", OVERLAP, OVERLAP[:, 1] ** 2),
        ("OneClassSVM", OVERLAP + 1.0, None),
    ):
        ours = getattr(groundup, name)(**parameters).fit(X, y)
        theirs = getattr(reference, name)(**parameters).fit(X, y)
        method = "predict" if "SVR" in name else "decision_function"
        values = getattr(theirs, method)(X)
        np.testing.assert_allclose(getattr(ours, method)(X), values, atol=2e-5 * np.abs(values).max(), err_msg=name)
        if kernel == "linear":
            np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=2e-5 * np.abs(theirs.coef_).max(), err_msg=name)


@pytest.mark.parametrize("gamma", [0.1, 1.0])
def test_regressions_and_outliers_agree_with_scikit_learn(gamma):
    """Catches ν that bounds another share, an epsilon of half the tube, an offset with the wrong sign."""
    X, y = load_diabetes(return_X_y=True)
    X, y = standard(X), y / 50
    for name, parameters in (
        ("SVR", {"C": 3.0, "epsilon": 0.2}),
        ("NuSVR", {"C": 3.0, "nu": 0.3}),
        ("OneClassSVM", {"nu": 0.13}),
    ):
        ours = getattr(groundup, name)(**parameters, gamma=gamma, tol=1e-8).fit(X, y)
        theirs = getattr(reference, name)(**parameters, gamma=gamma, tol=1e-8).fit(X, y)
        method = "predict" if "SVR" in name else "decision_function"
        np.testing.assert_allclose(getattr(ours, method)(X), getattr(theirs, method)(X), atol=2e-5, err_msg=name)
        np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=2e-5, err_msg=name)
        assert abs(len(ours.support_) - len(theirs.support_)) <= 1, name
        assert ours.certificate_.holds


def test_the_machine_with_nu_agrees_with_scikit_learn():
    """Catches coefficients that are not divided by the margin."""
    for nu in (0.37, 0.61):
        ours, theirs = NuSVC(nu=nu, tol=TIGHT).fit(*IRIS), reference.NuSVC(nu=nu, tol=TIGHT).fit(*IRIS)
        np.testing.assert_allclose(ours.decision_function(IRIS[0]), theirs.decision_function(IRIS[0]), atol=1e-4)
        np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-4)


def test_weights_agree_with_scikit_learn():
    """Catches weights of classes that are counted twice, or that do not multiply those of the rows."""
    weight = np.arange(120) % 4 / 2
    for classes in (None, {-1: 3.0, 1: 0.5}, "balanced"):
        rows = np.ones(120) if classes == "balanced" else weight  # scikit-learn balances by number, not by weight
        ours = SVC(gamma=0.5, class_weight=classes, tol=TIGHT).fit(OVERLAP, LABELS, rows)
        theirs = reference.SVC(gamma=0.5, class_weight=classes, tol=TIGHT).fit(OVERLAP, LABELS, rows)
        np.testing.assert_allclose(ours.decision_function(OVERLAP), theirs.decision_function(OVERLAP), atol=1e-5)
        np.testing.assert_allclose(ours.class_weight_, theirs.class_weight_, rtol=1e-12)
        present = np.flatnonzero(rows)  # scikit-learn numbers the rows of positive weight
        np.testing.assert_array_equal(ours.support_, present[theirs.support_])


def test_scikit_learns_checks_of_the_machine_with_nu():
    """Catches a departure from its conventions other than that class weights have no meaning here, as there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(NuSVC(nu=0.3), on_skip=None, on_fail=None)
    failed = {one["check_name"] for one in results if one["status"] == "failed"}
    assert failed == {"check_class_weight_classifiers"}


def test_gamma_auto_is_one_over_the_columns():
    """Catches a γ of one."""
    assert SVC(gamma="auto").fit(OVERLAP, LABELS)._gamma == pytest.approx(1 / 3)


def test_an_infinite_price_is_a_hard_margin():
    """Catches a C of one in its place: the multipliers are 2 over the squared distance."""
    model = SVC(kernel="linear", C=np.inf).fit([[0.0], [0.5]], [0, 1])
    np.testing.assert_allclose(model.dual_coef_, [[-8.0, 8.0]], rtol=1e-9)


def test_ties_of_votes():
    """Catches a decision of zero that votes for nobody, and `break_ties` without regard to the decision values."""
    np.testing.assert_array_equal(votes(np.zeros((1, 3)), 3), [[0, 1, 2]])
    y = np.random.default_rng(3).integers(0, 3, 120)
    model = SVC(gamma=1.0).fit(OVERLAP, y)
    new = np.random.default_rng(4).normal(size=(500, 3))
    plain = model.predict(new)
    model.break_ties = True
    np.testing.assert_array_equal(model.predict(new), model.decision_function(new).argmax(axis=1))
    assert (model.predict(new) != plain).any()


def test_rows_of_negative_weight_are_left_out():
    """Catches a negative weight that counts by its size."""
    weight = np.where(np.arange(120) % 5 == 0, -2.0, 1.0)
    with pytest.warns(UserWarning, match="negative weight"):
        model = SVC(gamma=0.5).fit(OVERLAP, LABELS, weight)
    expected = SVC(gamma=0.5).fit(OVERLAP, LABELS, np.maximum(weight, 0))
    np.testing.assert_array_equal(model.decision_function(OVERLAP), expected.decision_function(OVERLAP))


def test_rows_on_the_frontier_are_inliers():
    """Catches free support vectors that rounding puts outside."""
    model = OneClassSVM(nu=0.4, gamma=0.5).fit(OVERLAP)
    free = model.dual_coef_[0] < model.dual_coef_.max() * (1 - 1e-9)
    assert free.sum() > 3
    assert (model.predict(model.support_vectors_[free]) == 1).all()


def test_the_origin_of_the_one_class_machine_stays():
    """Catches rows measured from their mean, as those of machines whose coefficients sum to zero may be."""
    X = OVERLAP + 30.0
    linear = OneClassSVM(kernel="linear", nu=0.3).fit(X)
    table = OneClassSVM(kernel="precomputed", nu=0.3).fit(X @ X.T)
    np.testing.assert_allclose(linear.offset_, table.offset_, rtol=1e-6)


# --- a generic quadratic program, the textbook ----------------------------------------------------------------------


@pytest.mark.parametrize("C", [0.3, 5.0])
def test_a_generic_solver_finds_the_same_optimum(C):
    """Catches optimality conditions that are wrong on both sides of the parity tests."""
    X, s = OVERLAP[:30], LABELS[:30].astype(float)
    Q = np.outer(s, s) * Kernel("rbf", 0.5).table(X, X)
    found = scipy.optimize.minimize(
        lambda a: a @ Q @ a / 2 - a.sum(),
        np.full(30, C / 2),
        jac=lambda a: Q @ a - 1,
        bounds=[(0, C)] * 30,
        constraints={"type": "eq", "fun": lambda a: s @ a, "jac": lambda a: s},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    for solver in ("auto", "smo"):
        model = SVC(C=C, gamma=0.5, tol=1e-8, solver=solver).fit(X, s)
        assert model.history_["objective"][-1] == pytest.approx(found.fun, rel=1e-8)
        coef = np.zeros(30)
        coef[model.support_] = model.dual_coef_[0]
        np.testing.assert_allclose(coef, s * found.x, atol=1e-5)


@pytest.mark.parametrize("C", [0.5, 20.0])
def test_machines_are_those_of_the_textbook(C):
    """Catches a fast solver, or a bias, that does not compute what the chapter says."""
    first = np.argsort(LABELS[:40], kind="stable")  # a machine takes its rows class by class
    X, y = OVERLAP[first], LABELS[first].astype(float)
    K = textbook.rbf(X, X, 0.5)
    *_, (alpha, F) = textbook.smo(K, y, C, tol=1e-10, steps=100_000)
    b = textbook.bias(alpha, y, F, C)
    for solver in ("auto", "smo"):
        model = SVC(C=C, gamma=0.5, tol=1e-10, solver=solver).fit(X, y)
        assert model.intercept_[0] == pytest.approx(b, abs=1e-8)
        np.testing.assert_allclose(model.decision_function(X), textbook.decide(K, alpha, y, b), atol=1e-8)
        objective = -model.history_["objective"][-1]
        assert objective == pytest.approx(textbook.dual_objective(alpha, y, K), rel=1e-12)
    steps = SVC(C=C, gamma=0.5, solver="smo", tol=1e-10).steps(X, y)
    plain = textbook.smo(K, -y, C, tol=1e-10, steps=10)  # a machine counts the first class as positive
    for state, (alpha, F) in zip(steps, plain, strict=False):
        np.testing.assert_allclose(state.parts[0].alpha, alpha, atol=1e-13)
        np.testing.assert_allclose(state.parts[0].gradient, y * F, atol=1e-13)


def test_the_kernels_are_those_of_the_textbook():
    """Catches a kernel with another formula."""
    X, Z = OVERLAP[:5], OVERLAP[5:9]
    np.testing.assert_allclose(Kernel("linear").table(X, Z), textbook.linear(X, Z), atol=1e-14)
    np.testing.assert_allclose(Kernel("rbf", 0.3).table(X, Z), textbook.rbf(X, Z, 0.3), atol=1e-14)
    table = Kernel("poly", 0.3, 2, 1.0).table(X, Z)
    np.testing.assert_allclose(table, textbook.polynomial(X, Z, 0.3, 2, 1.0), atol=1e-14)


def test_subgradient_steps_approach_the_primal_optimum():
    """Catches a step size without the penalty, and a penalty that is not that of the dual problem."""
    X = np.column_stack([OVERLAP, np.ones(120)])  # the last weight is the intercept, with a penalty
    model = SVC(kernel="precomputed", tol=TIGHT).fit(X @ X.T, LABELS)
    *_, w = textbook.pegasos(X, LABELS, 1.0, 20_000, np.random.default_rng(0))
    best = textbook.primal_objective(model.dual_coef_[0] @ X[model.support_], 0.0, X, LABELS, 1.0)
    assert textbook.primal_objective(w, 0.0, X, LABELS, 1.0) < 1.03 * best


# --- what the theory promises ---------------------------------------------------------------------------------------


def test_the_bias_is_an_interval_without_free_support_vectors():
    """Catches a bias taken from the first support vector, also where that is at its bound."""
    X, y = np.array([[0.0], [2.0], [3.0]]), np.array([-1, 1, 1])
    hard, soft = SVC(kernel="linear").fit(X, y), SVC(kernel="linear", C=0.25).fit(X, y)
    np.testing.assert_allclose(hard.dual_coef_, [[-0.5, 0.5]], atol=1e-15)
    np.testing.assert_allclose(hard.intercept_, [-1.0], atol=1e-15)
    np.testing.assert_allclose(soft.dual_coef_, [[-0.25, 0.25]], atol=1e-15)
    np.testing.assert_allclose(soft.intercept_, [-0.25], atol=1e-15)  # the middle of [-0.5, 0]


def test_a_row_that_is_no_support_vector_may_be_left_out():
    """Catches a decision function that depends on rows beyond the margin."""
    model = SVC(gamma=0.5).fit(OVERLAP, LABELS)
    kept = np.setdiff1d(np.arange(120), np.setdiff1d(np.arange(120), model.support_)[:20])
    fewer = SVC(gamma=0.5).fit(OVERLAP[kept], LABELS[kept])
    np.testing.assert_allclose(fewer.decision_function(OVERLAP), model.decision_function(OVERLAP), atol=1e-10)


@pytest.mark.parametrize(("name", "method"), [("SVC", "decision_function"), ("SVR", "predict")])
def test_the_answer_does_not_depend_on_place_or_order(name, method):
    """Catches an intercept that depends on the seed, and kernels of rows far from zero that lose their digits."""
    X, y = np.round(OVERLAP * 8) / 8, LABELS * 1.0
    for parameters in ({"kernel": "linear"}, {"gamma": 0.5}):
        near = getattr(groundup, name)(**parameters).fit(X, y)
        far = getattr(groundup, name)(**parameters).fit(X + 1e8, y)
        back = getattr(groundup, name)(**parameters).fit(X[::-1], y[::-1])
        values = getattr(near, method)(X)
        np.testing.assert_allclose(getattr(far, method)(X + 1e8), values, atol=1e-6)
        np.testing.assert_allclose(getattr(back, method)(X), values, atol=1e-9)
        np.testing.assert_allclose(back.intercept_, near.intercept_, atol=1e-9)


def test_nu_bounds_the_shares():
    """Catches ν taken for half, or for twice, the share."""
    for nu in (0.1, 0.4):
        outside = (OneClassSVM(nu=nu, gamma=0.3, tol=1e-8).fit(OVERLAP).predict(OVERLAP) < 0).mean()
        support = len(OneClassSVM(nu=nu, gamma=0.3, tol=1e-8).fit(OVERLAP).support_) / 120
        assert outside <= nu + 1e-12 <= support + 2e-12
        model = NuSVR(nu=nu, C=1.0, gamma=0.3, tol=1e-8).fit(OVERLAP, OVERLAP[:, 0])
        coef = np.abs(model.dual_coef_[0])
        assert coef.sum() == pytest.approx(120 * nu)
        assert (coef > 1 - 1e-9).sum() / 120 <= nu + 1e-12 <= len(coef) / 120 + 2e-12


# --- forms of X -----------------------------------------------------------------------------------------------------


def test_tables_and_functions_of_kernel_values():
    """Catches a table whose columns are taken for features, in the fit, in predictions and in cross-validation."""
    table = Kernel("rbf", 0.5).table(OVERLAP, OVERLAP)
    rows = SVC(gamma=0.5).fit(OVERLAP, LABELS)
    for model, X in (
        (SVC(kernel="precomputed"), table),
        (SVC(kernel=lambda A, B: Kernel("rbf", 0.5).table(A, B)), OVERLAP),
    ):
        model.fit(X, LABELS)
        np.testing.assert_allclose(model.decision_function(X[:7]), rows.decision_function(OVERLAP[:7]), atol=1e-10)
        np.testing.assert_array_equal(model.support_, rows.support_)
        assert model.support_vectors_.shape == (0, 0)
    scores = cross_val_score(SVC(kernel="precomputed"), table, LABELS, cv=4)
    np.testing.assert_array_equal(scores, cross_val_score(SVC(gamma=0.5), OVERLAP, LABELS, cv=4))
    weight = np.arange(120) % 3
    weighted = SVC(kernel="precomputed").fit(table, LABELS, weight)
    expected = SVC(gamma=0.5).fit(OVERLAP, LABELS, weight).decision_function(OVERLAP)
    np.testing.assert_allclose(weighted.decision_function(table), expected, atol=1e-10)
    with pytest.raises(ValueError, match="square matrix"):
        SVC(kernel="precomputed").fit(table[:, :5], LABELS)
    with pytest.raises(TypeError, match="Sparse precomputed kernels are not supported"):
        SVC(kernel="precomputed").fit(scipy.sparse.csr_array(table), LABELS)


@pytest.mark.parametrize("kernel", ["linear", "rbf"])
def test_sparse_rows_that_stay_sparse(kernel, monkeypatch):
    """Catches kernel values of sparse rows that differ from those of dense ones."""
    monkeypatch.setattr("groundup.projects.support_vector_machine.models.machine.BLOCK_BYTES", 64)
    X = np.where(RNG.random(size=(150, 40)) < 0.05, 1.0, 0.0) * RNG.normal(size=(150, 40))
    y = X @ RNG.normal(size=40) > 0
    dense, sparse = SVC(kernel=kernel).fit(X, y), SVC(kernel=kernel).fit(scipy.sparse.csr_array(X), y)
    np.testing.assert_allclose(sparse.decision_function(X), dense.decision_function(X), atol=1e-9)
    assert scipy.sparse.issparse(sparse.support_vectors_)
    with pytest.raises(ValueError, match="cannot use sparse input in 'SVC' trained on dense data"):
        dense.predict(scipy.sparse.csr_array(X))


def test_decisions_come_in_blocks():
    """Catches a table of all new rows and all support vectors."""
    X, y = RNG.normal(size=(1500, 5)), RNG.integers(0, 2, size=1500)
    model = SVC(max_iter=200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, RNG.permutation(y))
    many = RNG.normal(size=(20_000, 5))
    tracemalloc.start()
    model.decision_function(many)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000 * len(model.support_) * 8 / 4


# --- degenerate -----------------------------------------------------------------------------------------------------


def test_classes_that_are_missing_are_told():
    """Catches a machine with one class, and one whose other class has no weight."""
    with pytest.raises(ValueError, match="only one class"):
        SVC().fit(OVERLAP, np.ones(120))
    with pytest.raises(ValueError, match="only one class"):
        SVC().fit(OVERLAP, LABELS, LABELS > 0)
    with pytest.raises(ValueError, match="with class weights needs rows of at least 2 classes"):
        SVC(class_weight={-1: 0.0}).fit(OVERLAP, LABELS)
    with pytest.raises(ValueError, match="nu is infeasible"):
        NuSVC(nu=0.9).fit(OVERLAP, np.arange(120) < 20)
    three = np.arange(120) % 3
    model = SVC(class_weight={1: 0.0}).fit(OVERLAP, three)
    assert model.n_support_[1] == 0
    np.testing.assert_array_equal(model.support_vectors_, OVERLAP[model.support_])
    few = np.arange(120) < 20
    NuSVC(nu=0.9).fit(OVERLAP, few, np.where(few, 5.0, 1.0))  # weights make both classes as large


def test_a_margin_that_does_not_exist_is_told():
    """Catches coefficients divided by a margin of zero."""
    X, y = np.repeat(OVERLAP[:20], 2, axis=0), np.tile([0, 1], 20)
    with pytest.warns(ConvergenceWarning, match=r"nu=0.5 is too small.*increase nu"):
        model = NuSVC(nu=0.5).fit(X, y)
    assert np.isfinite(model.decision_function(X)).all()


def test_a_margin_below_the_tolerance_is_told():
    """Catches scores in the unit of a number that the tolerance decides: rows in another order multiply them by ten."""
    random = np.random.default_rng(0)
    X = random.normal(size=(300, 2))
    y = X[:, 0] + 2 * random.normal(size=300) > 0
    with pytest.warns(ConvergenceWarning, match="no larger than the violation"):
        NuSVC(kernel="poly", nu=0.3).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        NuSVC(kernel="poly", nu=0.88).fit(X, y)


def test_entries_beyond_the_range_of_floats_are_told():
    """Catches kernel values that are infinite or missing."""
    with pytest.raises(ValueError, match="leave the range of double precision"):
        SVC().fit(OVERLAP * 1e200, LABELS)
    model = SVC(gamma=0.5).fit(OVERLAP, LABELS)
    np.testing.assert_allclose(model.decision_function(OVERLAP[:1] * 1e300), model.intercept_, atol=1e-12)
    assert np.isfinite(SVC(kernel="poly").fit(OVERLAP, LABELS).decision_function(OVERLAP * 1e300)).all()


@pytest.mark.parametrize(("kernel", "size"), [("linear", 1e4), ("rbf", 1e8), ("poly", 1e8)])
def test_columns_of_very_different_sizes(kernel, size):
    """Catches a solver that does not end where columns are not scaled."""
    X = OVERLAP * [1 / size, 1.0, size]
    model = SVC(kernel=kernel).fit(X, LABELS)
    assert np.isfinite(model.decision_function(X)).all()
    assert model.certificate_.holds


def test_kernel_values_that_lose_all_digits_are_told():
    """Catches a certificate that puts any violation down to rounding."""
    with pytest.warns(ConvergenceWarning, match="not certified"):
        SVC(kernel="linear").fit(OVERLAP * [1e-8, 1.0, 1e8], LABELS)


@pytest.mark.parametrize("name", ["SVC", "SVR"])
def test_kernels_that_are_not_positive_semi_definite(name):
    """Catches steps along directions of negative curvature that do not end, and a claim of optimality."""
    y = LABELS if name == "SVC" else OVERLAP[:, 0]
    for C in (1.0, 1e3):
        model = getattr(groundup, name)(kernel="sigmoid", gamma=1.0, coef0=-1.0, C=C).fit(OVERLAP, y)
        assert "which is not known" in model.certificate_.claim
        assert np.isfinite(model.dual_coef_).all()
    polynomial = getattr(groundup, name)(kernel="poly", coef0=-1.0, max_iter=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        assert "which is not known" in polynomial.fit(OVERLAP, y).certificate_.claim


def test_a_fit_that_stops_short_says_so():
    """Catches silence, and a number of steps that is not the limit."""
    for solver in ("auto", "smo"):
        with pytest.warns(
            ConvergenceWarning, match=r"Solver terminated early \(max_iter=7\).  Consider pre-processing"
        ):
            model = SVC(max_iter=7, solver=solver).fit(OVERLAP, LABELS)
        assert (model.n_iter_.tolist(), model.fit_status_) == ([7], 1)


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(-2, 2), st.integers(-1, 1), st.booleans()), min_size=4, max_size=25),
    C=st.sampled_from([1e-6, 1.0, 1e6]),
    kernel=st.sampled_from(["linear", "rbf", "poly"]),
)
def test_machines_on_few_points_of_a_grid(rows, C, kernel):
    """Catches rows that are equal, contradict one another or lie on a line, where problems have many solutions."""
    X, y = np.array([row[:2] for row in rows], float), np.array([row[2] for row in rows])
    X, y = np.vstack([X, [0, 0], [1, 0]]), np.append(y, [True, False])
    model = SVC(C=C, kernel=kernel).fit(X, y)
    assert model.certificate_.holds, str(model.certificate_)
    assert np.isfinite(model.decision_function(X)).all()
    regression = SVR(C=C, kernel=kernel).fit(X, y.astype(float))
    assert regression.certificate_.holds, str(regression.certificate_)
    OneClassSVM(kernel=kernel).fit(X)
