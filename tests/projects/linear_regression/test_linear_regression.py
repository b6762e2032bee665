"""Linear regression against scikit-learn, against certified answers, and against itself."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import LinearRegression as Peer

from groundup import LinearRegression
from groundup.core.exceptions import ConvergenceWarning, InvalidParameterError
from support.nist import NAMES, load

DIRECT = ("auto", "cholesky", "qr", "svd")
DIGITS = {  # of the default solver: about what rounding the design to float64 leaves
    "norris": 13.0, "pontius": 12.3, "noint1": 14.5, "noint2": 14.8, "filip": 7.5, "longley": 14.4,
    "wampler1": 14.8, "wampler2": 13.0, "wampler3": 14.8, "wampler4": 14.8, "wampler5": 14.8,
}  # fmt: skip


def correct_digits(got, certified):
    """Leading digits in which the worst entry agrees, at most 15."""
    worst = np.abs((got - certified) / certified).max()
    return 15.0 if worst == 0 else min(15.0, -np.log10(worst))


def data(n=200, d=5, targets=None, seed=0):
    """Features of very different size and offset, so that a wrong centring or scaling shows."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) * 10.0 ** rng.integers(-2, 3, d) + rng.normal(size=d) * 50
    coef = rng.normal(size=(d,) if targets is None else (d, targets))
    y = X @ coef + 3 + rng.normal(size=(n,) if targets is None else (n, targets))
    return X, y


def parameters(model):
    return np.append(np.ravel(model.coef_), np.ravel(model.intercept_))


def assert_same_model(ours, peer, X, rtol):
    """Coefficients in units in which every feature has spread one, so that none hides behind a larger one."""
    spread = X.std(0)
    mine, other = np.atleast_2d(ours.coef_) * spread, np.atleast_2d(peer.coef_) * spread
    assert_allclose(mine, other, rtol=0, atol=rtol * np.abs(other).max())
    assert_allclose(
        ours.intercept_, peer.intercept_, rtol=0, atol=rtol * np.abs(other).max() * (1 + (X.mean(0) / spread).max())
    )


# --- precision ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_default_reaches_the_digits_that_rounding_the_design_allows(name):
    """Bug caught: a residual in working precision, a dropped correction, a rank cut-off that discards real columns."""
    nist = load(name)
    model = LinearRegression(fit_intercept=nist.intercept).fit(nist.X, nist.y)
    got = np.append(model.intercept_, model.coef_) if nist.intercept else model.coef_
    assert correct_digits(got, nist.coef) >= DIGITS[name]
    assert model.certificate_.holds


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("wampler1", "wampler2")])
def test_standard_errors_reach_certified_digits(name):
    """Bug caught: n instead of n − p degrees of freedom; a covariance without the intercept's row."""
    nist = load(name)
    summary = LinearRegression(fit_intercept=nist.intercept).fit(nist.X, nist.y).summary()
    least = 6.5 if name == "filip" else 10.2  # a Cholesky factor loses twice the digits of the condition
    assert correct_digits(summary.std_error, nist.sd) >= least
    assert_allclose(summary.residual_std_error, nist.residual_sd, rtol=1e-7 if name == "filip" else 1e-12)
    assert_allclose(summary.r_squared, nist.r_squared, rtol=1e-9)


def test_plain_qr_is_what_refinement_improves_on():
    """Bug caught: "qr" secretly refined (the chapter compares the two), or refinement that does nothing."""
    nist = load("wampler5")
    plain = LinearRegression(solver="qr").fit(nist.X, nist.y)
    assert correct_digits(np.append(plain.intercept_, plain.coef_), nist.coef) < 9


# --- parity ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", [*DIRECT, "cg"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("fit_intercept", [False, True])
@pytest.mark.parametrize("targets", [None, 3])
def test_parameters_equal_scikit_learn(solver, weighted, fit_intercept, targets):
    """Bug caught: intercept stepped twice or penalised, weights squared, targets mixed up, wrong shapes."""
    X, y = data(targets=targets)
    if solver == "cg":
        X /= X.std(0)
    weight = np.random.default_rng(1).uniform(0, 3, len(X)) if weighted else None
    extra = {"tol": 1e-10} if solver == "cg" else {}
    ours = LinearRegression(solver=solver, fit_intercept=fit_intercept, **extra).fit(X, y, weight)
    peer = Peer(fit_intercept=fit_intercept).fit(X, y, weight)
    assert ours.coef_.shape == peer.coef_.shape
    assert np.shape(ours.intercept_) == np.shape(peer.intercept_)
    assert_same_model(ours, peer, X, 1e-11 if solver in DIRECT else 1e-7)
    assert_allclose(ours.predict(X), peer.predict(X), rtol=1e-10 if solver in DIRECT else 1e-6)
    assert_allclose(ours.singular_, peer.singular_, rtol=1e-9)
    assert ours.rank_ == peer.rank_
    assert_allclose(ours.score(X, y, weight), peer.score(X, y, weight), rtol=1e-12)


@pytest.mark.parametrize("shape", [(20, 50), (50, 50), (30, 200), (2, 5)])
@pytest.mark.parametrize("solver", ["auto", "svd"])
def test_wide_data_give_the_shortest_solution(shape, solver):
    """Bug caught: any interpolating solution taken for the minimum-norm one; the intercept counted in the norm."""
    X, y = data(*shape)
    X = (X - X.mean(0)) / X.std(0) + 1
    ours, peer = LinearRegression(solver=solver).fit(X, y), Peer().fit(X, y)
    assert_allclose(parameters(ours), parameters(peer), rtol=1e-8, atol=1e-9)
    assert ours.rank_ == peer.rank_ == min(shape[0] - 1, shape[1])


def test_dependent_columns_give_the_shortest_solution():
    """Bug caught: rank counted in the scaled columns but the norm minimised there too."""
    X, y = data()
    X = np.column_stack([X, X[:, 0] + 2 * X[:, 1], np.full(len(X), 7.0)])
    ours, peer = LinearRegression().fit(X, y), Peer().fit(X, y)
    assert ours.rank_ == peer.rank_ == 5
    assert_allclose(ours.predict(X), peer.predict(X), rtol=1e-9)
    assert np.linalg.norm(ours.coef_) <= np.linalg.norm(peer.coef_) * (1 + 1e-9)


@pytest.mark.parametrize("constant", [0.1, 1 / 3, 123.456, 7.0, 1e8 / 3])
@pytest.mark.parametrize("how", [{}, {"solver": "svd"}, {"positive": True}])
@pytest.mark.parametrize("dtype", ["f8", "f4"])
def test_constant_columns_count_for_nothing(constant, how, dtype):
    """Bug caught: the 1e-17 that centring leaves of a constant, scaled up to a column of length one."""
    X, y = data()
    X, y = (X - X.mean(0)) / X.std(0), y - y.mean()
    Z = np.column_stack([X, np.full(len(X), constant), np.full(len(X), 2 * constant)]).astype(dtype)
    model = LinearRegression(**how).fit(Z, y)
    assert model.rank_ == 5
    np.testing.assert_array_equal(model.coef_[5:], 0)
    assert_allclose(model.coef_[:5], LinearRegression(**how).fit(X, y).coef_, atol=1e-5 if dtype == "f4" else 1e-12)
    assert model.certificate_.holds


@pytest.mark.parametrize(("x", "y"), [(1e200, 1), (1e-200, 1), (1, 1e200), (1, 1e-200)])
def test_numbers_whose_squares_leave_double_precision(x, y):
    """Bug caught: coefficients of 0 with a certificate that holds, from squares that overflowed or vanished."""
    X, target = data()
    for how in ({}, {"solver": "qr"}, {"positive": True}, {"solver": "gd"}):
        with pytest.raises(ValueError, match="range of double precision"):
            LinearRegression(**how).fit(X * x, target * y)


def test_units_do_not_decide_the_rank():
    """Bug caught: an absolute singular-value cut-off, which drops a column measured in a large unit."""
    X, y = data()
    scaled = X * [1, 1e-18, 1, 1e15, 1]
    assert_allclose(
        LinearRegression().fit(scaled, y).predict(scaled), LinearRegression().fit(X, y).predict(X), rtol=1e-9
    )


@pytest.mark.parametrize("solver", ["cholesky", "qr"])
def test_a_solver_that_cannot_says_so(solver):
    """Bug caught: NaN or nonsense from a factorisation of dependent columns."""
    X, y = data()
    with pytest.raises(ValueError, match="independent columns"):
        LinearRegression(solver=solver).fit(np.column_stack([X, X[:, 0]]), y)


@pytest.mark.parametrize("targets", [None, 3])
@pytest.mark.parametrize("fit_intercept", [False, True])
def test_non_negative_equals_scikit_learn(targets, fit_intercept):
    """Bug caught: negative coefficients clipped instead of re-solved; a column that should re-enter."""
    X, y = data(n=300, d=12, targets=targets, seed=4)
    X /= X.std(0)
    ours = LinearRegression(positive=True, fit_intercept=fit_intercept).fit(X, y)
    peer = Peer(positive=True, fit_intercept=fit_intercept).fit(X, y)
    assert (ours.coef_ >= 0).all()
    assert (ours.coef_ == 0).any()
    assert_allclose(parameters(ours), parameters(peer), rtol=1e-8, atol=1e-8)
    assert ours.certificate_.holds


# --- invariances ----------------------------------------------------------------------------------------------------


def test_shift_scale_and_order_of_rows():
    """Bug caught: cancellation when data lie far from the origin; an intercept that is penalised."""
    X, y = data()
    base, order = LinearRegression().fit(X, y), np.random.default_rng(0).permutation(len(X))
    assert_same_model(LinearRegression().fit(X[order], y[order]), base, X, 1e-13)
    far = LinearRegression().fit(X + 1e8, y + 1e6)
    assert_allclose(far.coef_, base.coef_, atol=1e-5)
    moved = LinearRegression().fit(X * 4 + 64, y)
    assert_allclose(moved.coef_ * 4 * X.std(0), base.coef_ * X.std(0), atol=1e-11)


@pytest.mark.parametrize("seed", range(10))
def test_float32_is_computed_in_double_precision(seed):
    """Bug caught: products summed in single precision, which lose the digits of ill-conditioned data."""
    rng = np.random.default_rng(seed)
    X = (rng.normal(size=(2000, 8)) @ (np.eye(8) + 0.95)).astype("f4")
    y = (X @ rng.normal(size=8) + rng.normal(size=2000)).astype("f4")
    single, double = LinearRegression().fit(X, y), LinearRegression().fit(X.astype("f8"), y.astype("f8"))
    assert_allclose(single.coef_, double.coef_, rtol=1e-6, atol=1e-6)
    assert single.certificate_.holds


def test_the_caller_keeps_his_data():
    """Bug caught: centring or weighting in place."""
    X, y = data()
    weight = np.linspace(0, 1, len(X))
    before = X.copy(), y.copy(), weight.copy()
    for solver in ("auto", "qr", "svd", "gd", "sgd"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            LinearRegression(solver=solver, max_iter=3).fit(X, y, weight)
    for array, copy in zip((X, y, weight), before, strict=True):
        np.testing.assert_array_equal(array, copy)


# --- descent --------------------------------------------------------------------------------------------------------


def standardised():
    X, y = data()
    return (X - X.mean(0)) / X.std(0), y


@pytest.mark.parametrize(
    "how",
    [
        {"solver": "gd"},
        {"solver": "gd", "learning_rate": "line-search"},
        {"solver": "momentum"},
        {"solver": "nesterov"},
        {"solver": "cg"},
        {"solver": "sgd", "batch_size": 200},
    ],
)
def test_every_descent_arrives(how):
    """Bug caught: a gradient with the wrong sign or factor; momentum added twice."""
    X, y = standardised()
    model = LinearRegression(**how, tol=1e-9, max_iter=5000, random_state=0).fit(X, y)
    assert_same_model(model, Peer().fit(X, y), X, 1e-7)
    assert model.certificate_.holds


def test_stochastic_descent_comes_as_close_as_its_step_allows():
    """Bug caught: batches that skip rows, weights lost in batches."""
    X, y = standardised()
    weight = np.random.default_rng(3).uniform(0.5, 2, len(X))
    exact = Peer().fit(X, y, weight).coef_
    with pytest.warns(ConvergenceWarning, match="increase max_iter"):
        model = LinearRegression(solver="sgd", max_iter=400, random_state=0).fit(X, y, weight)
    assert_allclose(model.coef_, exact, atol=1.0)
    with pytest.warns(ConvergenceWarning, match="increase max_iter"):
        model = LinearRegression(solver="sgd", learning_rate=1e-2, max_iter=1000, random_state=0).fit(X, y, weight)
    assert_allclose(model.coef_, exact, atol=0.1)


def test_gradient_is_the_derivative_of_the_loss():
    """Bug caught: the cost's ½ or 1/n missing in one of the two."""
    from groundup.core.linalg.triangular_factor import by_cholesky
    from groundup.core.linear.squared_error import MeanSquaredError
    from groundup.core.optimize.gradcheck import gradient_error
    from groundup.core.rows import Samples

    X, y = standardised()
    rows = Samples(X, y[:, None], np.linspace(0.1, 2, len(X)), block_rows=37)
    objective = MeanSquaredError(rows, by_cholesky(rows, True))
    w = np.random.default_rng(0).normal(size=(X.shape[1], 1))
    assert gradient_error(lambda v: float(objective(v)[0][0]), lambda v: objective(v)[1], w) < 1e-7
    step = np.random.default_rng(1).normal(size=w.shape)
    assert_allclose(objective(w + step)[1] - objective(w)[1], objective.hessian_times(step), rtol=1e-10)


def test_conjugate_gradients_end_after_as_many_steps_as_features():
    """Bug caught: directions that are not conjugate still converge, but not in d steps."""
    X, y = standardised()
    assert LinearRegression(solver="cg", tol=1e-10).fit(X, y).n_iter_ <= X.shape[1]


def test_gradient_descent_keeps_its_promise_and_its_limit():
    """Bug caught: L of the unscaled loss, so that "auto" is n times too short or diverges."""
    X, y = standardised()
    squares = LinearRegression().fit(X, y).singular_ ** 2 / len(y)
    L, mu = squares[0], squares[-1]
    losses = np.array([s.loss for s in LinearRegression(solver="gd", tol=0, max_iter=60).steps(X, y)])
    floor = LinearRegression().fit(X, y)._evidence.residual[0] / (2 * len(y))
    assert (losses - floor <= (losses[0] - floor) * (1 - mu / L) ** (2 * np.arange(61)) * (1 + 1e-9) + 1e-12).all()
    below, above = (
        [s.loss for s in LinearRegression(solver="gd", tol=0, max_iter=200, learning_rate=k / L).steps(X, y)]
        for k in (1.99, 2.02)
    )
    assert below[-1] < below[0]
    assert above[-1] > above[-50]


def test_divergence_is_told():
    """Bug caught: overflow to NaN in silence."""
    X, y = standardised()
    with pytest.raises(FloatingPointError, match="2/L"), np.errstate(over="ignore", invalid="ignore"):
        LinearRegression(solver="gd", learning_rate=1e3, max_iter=1000).fit(X, y)


@pytest.mark.parametrize("solver", ["auto", "qr", "gd", "cg"])
def test_the_loss_is_half_the_weighted_mean_of_squares(solver):
    """Bug caught: a ½, or the weights, missing in the loss that is recorded."""
    X, y = standardised()
    weight = np.random.default_rng(0).uniform(0, 2, len(X))
    model = LinearRegression(solver=solver, tol=1e-9).fit(X, y, weight)
    expected = np.average((y - model.predict(X)) ** 2, weights=weight) / 2
    assert_allclose(model.history_["loss"][-1], expected, rtol=1e-9)
    assert_allclose(model._evidence.residual[0], 2 * expected * weight.sum(), rtol=1e-9)


def test_the_loss_under_a_sign_constraint():
    """Bug caught: the part of y that no coefficients explain left out of the residual."""
    X, y = standardised()
    model = LinearRegression(positive=True).fit(X, -y)
    assert_allclose(model.history_["loss"][-1], np.mean((-y - model.predict(X)) ** 2) / 2, rtol=1e-9)


def test_each_method_steps_as_its_formula_says():
    """Bug caught: Nesterov's gradient taken where it stands (Polyak's method), or another method's rate."""
    X, y = standardised()
    Xc, yc, n = X - X.mean(0), y - y.mean(), len(y)

    def gradient(w):
        return Xc.T @ (Xc @ w - yc) / n

    def path(**how):
        return np.array([s.coef[:, 0] for s in LinearRegression(max_iter=3, tol=0, **how).steps(X, y)])

    eta = 0.1
    values = np.linalg.eigvalsh(Xc.T @ Xc / n)
    kept = (1 - np.sqrt(values[0] / values[-1])) / (1 + np.sqrt(values[0] / values[-1]))  # the best asymptotic rates
    w = path(solver="gd", learning_rate=eta)
    assert_allclose(w[1:], [v - eta * gradient(v) for v in w[:-1]], rtol=1e-10)
    w = path(solver="momentum", learning_rate=eta)
    assert_allclose(w[2], w[1] + kept**2 * (w[1] - w[0]) - eta * gradient(w[1]), rtol=1e-10)
    w = path(solver="nesterov", learning_rate=eta)
    ahead = w[1] + kept * (w[1] - w[0])
    assert_allclose(w[2], ahead - eta * gradient(ahead), rtol=1e-10)
    w, g = path(solver="gd", learning_rate="line-search"), gradient(np.zeros(X.shape[1]))
    assert_allclose(w[1], -(g @ g) / (np.linalg.norm(Xc @ g) ** 2 / n) * g, rtol=1e-10)


def test_a_stochastic_epoch_takes_every_batch():
    """Bug caught: the last, shorter batch dropped; an epoch in the order of the one before."""
    X, y = standardised()
    X, y = X[:50], y[:50]
    how = {"learning_rate": 0.1, "batch_size": 16, "random_state": 3}
    model = LinearRegression(solver="sgd", max_iter=3, tol=0, **how)
    *_, last = states = list(model.steps(X, y))
    Xc, yc, w = X - X.mean(0), y - y.mean(), np.zeros(X.shape[1])
    for epoch in range(3):
        order = np.random.default_rng([last.iterate.memory[0], epoch]).permutation(50)
        for batch in np.split(order, [16, 32, 48]):
            w = w - 0.1 * Xc[batch].T @ (Xc[batch] @ w - yc[batch]) / len(batch)
        assert_allclose(states[epoch + 1].coef[:, 0], w, rtol=1e-9)


def test_units_of_y_do_not_decide_when_to_stop():
    """Bug caught: convergence against an absolute tolerance."""
    X, y = standardised()
    one, other = (LinearRegression(solver="gd", tol=1e-5).fit(X, y * unit) for unit in (1, 1e6))
    assert one.n_iter_ == other.n_iter_


def test_the_certificate_fails_for_a_wrong_answer():
    """Bug caught: a certificate that always holds."""
    X, y = standardised()
    with pytest.warns(ConvergenceWarning):
        model = LinearRegression(solver="gd", max_iter=2, tol=1e-6).fit(X, y)
    assert not model.certificate_.holds
    total = ((y - y.mean()) ** 2).sum()
    best = ((y - Peer().fit(X, y).predict(X)) ** 2).sum()
    assert_allclose(model.certificate_.value, (((y - model.predict(X)) ** 2).sum() - best) / total, rtol=1e-8)


def test_constant_target_is_at_its_minimum_from_the_start():
    """Bug caught: convergence judged against a gradient that is rounding alone."""
    X, _ = standardised()
    for solver in ("auto", "gd", "cg"):
        model = LinearRegression(solver=solver).fit(X, np.full(len(X), 7.3))
        assert_allclose(model.coef_, 0, atol=1e-12)
        assert_allclose(model.intercept_, 7.3)


# --- blocks of rows -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("sizes", [(200,), (1, 2, 3, 194), (50, 50, 50, 50)])
def test_blocks_accumulate_exactly(weighted, sizes):
    """Bug caught: a block forgotten, or the first block's mean kept as the mean of all."""
    X, y = data()
    weight = np.random.default_rng(1).uniform(0, 3, len(X)) if weighted else np.ones(len(X))
    model, at = LinearRegression(), 0
    for size in sizes:
        part = slice(at, at + size)
        model.partial_fit(X[part], y[part], weight[part])
        at += size
    whole = LinearRegression().fit(X, y, weight)
    assert_same_model(model, whole, X, 1e-12)
    assert_allclose(model.summary().std_error, whole.summary().std_error, rtol=1e-9)
    assert model.certificate_.holds


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("targets", [None, 3])
def test_partial_fit_goes_on_from_fit_and_fit_begins_anew(fit_intercept, targets):
    """Bug caught: `partial_fit` after `fit` that forgets the fit, `fit` after `partial_fit` that mixes old rows in."""
    X, y = data(targets=targets)
    weight = np.random.default_rng(0).integers(0, 3, len(X)).astype(float)
    model = LinearRegression(fit_intercept=fit_intercept)
    model.partial_fit(X[:50] * 3, -y[:50]).fit(X[:120], y[:120], weight[:120])
    model.partial_fit(X[120:], y[120:], weight[120:])
    whole = LinearRegression(fit_intercept=fit_intercept).fit(X, y, weight)
    assert_same_model(model, whole, X, 1e-11)
    if targets is None:
        for name in ("std_error", "log_likelihood", "n", "r_squared"):
            assert_allclose(getattr(model.summary(), name), getattr(whole.summary(), name), rtol=1e-9, err_msg=name)


def test_partial_fit_solves_directly_whatever_the_solver():
    """Bug caught: a descent over the triangle's few rows, which diverges or stops short in silence."""
    X, y = data()
    for how in ({"solver": "sgd"}, {"solver": "gd", "max_iter": 1}):
        assert_same_model(LinearRegression(**how).partial_fit(X, y), Peer().fit(X, y), X, 1e-11)
    constrained = LinearRegression(positive=True).partial_fit(X[:90], y[:90]).partial_fit(X[90:], y[90:])
    assert_same_model(constrained, Peer(positive=True).fit(X, y), X, 1e-9)


def test_partial_fit_refuses_another_form_of_problem():
    """Bug caught: a NumPy shape error, or an option that is silently ignored."""
    X, y = data()
    model = LinearRegression().partial_fit(X, y)
    with pytest.raises(ValueError, match=r"goes on with fit_intercept=True and 1 target"):
        model.partial_fit(X, np.column_stack([y, y]))
    with pytest.raises(ValueError, match="start over"):
        model.set_params(fit_intercept=False).partial_fit(X, y)


def test_memory_map_larger_than_the_memory_allowed(tmp_path):
    """Bug caught: a copy of the data, which a limit of 160 MB above the interpreter's own would not survive."""
    import subprocess
    import sys

    script = f"""
import numpy as np, resource
from groundup import LinearRegression
n, d = 400_000, 100  # 320 MB
X = np.memmap({str(tmp_path / "X")!r}, dtype="f8", mode="w+", shape=(n, d))
rng = np.random.default_rng(0); w = rng.normal(size=d); y = np.empty(n)
for k in range(0, n, 20_000):
    X[k:k + 20_000] = rng.normal(size=(20_000, d)); y[k:k + 20_000] = X[k:k + 20_000] @ w
X.flush(); X = np.memmap({str(tmp_path / "X")!r}, dtype="f8", mode="r", shape=(n, d))
LinearRegression().fit(X[:2000], y[:2000])  # BLAS takes its own buffers before the limit is set
used = int(next(l for l in open("/proc/self/status") if l.startswith("VmData")).split()[1]) * 1024
resource.setrlimit(resource.RLIMIT_DATA, (used + 160_000_000,) * 2)
model = LinearRegression().fit(X, y)
print(abs(model.coef_ - w).max())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 1e-12


# --- hostile input, the protocol ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"solver": "magic"}, "solver='magic'"),
        ({"positive": True, "solver": "gd"}, "positive=True needs"),
        ({"solver": "cg", "learning_rate": "line-search"}, "goes with solver='gd'"),
        ({"tol": -1}, "tol=-1"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"fit_intercept": "yes"}, "fit_intercept='yes'"),
    ],
)
def test_parameters_are_checked_by_fit(wrong, message):
    """Bug caught: a typing error that silently means the default."""
    with pytest.raises(InvalidParameterError, match=message):
        LinearRegression(**wrong).fit([[0.0], [1.0]], [0.0, 1.0])
