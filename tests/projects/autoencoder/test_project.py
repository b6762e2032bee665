"""The declaration: data, parameters, trainings that are shared, figures and animation."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from groundup import PCA, Autoencoder, VariationalAutoencoder
from groundup.core.optimize.gradcheck import central_difference
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.data.synthetic import clustering, manifold
from groundup.plotting.figure import NotApplicable
from groundup.projects.autoencoder import animation, example, measures, project, trainings
from groundup.projects.autoencoder.figures import drawing, noise, pictures, plane, size, traversals
from groundup.projects.autoencoder.figures import manifold as opening

ROLL = manifold.swiss_roll(0)
FEW = ROLL.take(np.arange(60))
SMALL = {"hidden_layer_sizes": (6,), "max_iter": 6, "n_iter_no_change": 6, "random_state": 3, "batch_size": 20}
pytestmark = pytest.mark.filterwarnings("ignore::groundup.core.exceptions.ConvergenceWarning")


@pytest.fixture(scope="module")
def digits():
    """A few digits, and a small network of them."""
    data = bundled.digits(0).take(np.arange(120))
    return data, Autoencoder(2, **{**SMALL, "max_iter": 2}).fit(data.X)


# --- data -----------------------------------------------------------------------------------------------------------


def test_the_roll_is_a_sheet():
    # a radius that does not grow, positions that are angles, noise of another size
    exact, place, across = (ROLL.truth[name] for name in ("exact", "position", "across"))
    assert_array_equal(exact[:, 1], across)
    radius = np.hypot(exact[:, 0], exact[:, 2])
    assert_allclose([radius.min(), radius.max()], [15 * np.pi, 35 * np.pi], rtol=0.02)
    order = np.argsort(place)
    steps = np.linalg.norm(np.diff(exact[order][:, [0, 2]], axis=0), axis=1)
    assert_allclose(steps, np.diff(place[order]), rtol=1e-2, atol=1e-3)  # a chord is as long as its arc
    assert_allclose((ROLL.X - exact).std(axis=0), 2.5, rtol=0.1)
    assert "is known, and shown in figures only" in ROLL.describe("transformer").note


def test_parameters_suit_the_data():
    # as many codes as columns, batches larger than the data, pictures treated as a table
    assert project.options(ROLL)["n_components"] == 2
    assert project.options(bundled.digits(0))["activation"] == "tanh"
    line = np.outer(np.arange(30.0), np.ones(6)) + 0.1 * np.random.default_rng(0).normal(size=(30, 6))
    table = Dataset("line", "", line, None, tuple("abcdef"))
    assert (project.number_of_codes(table), project.options(table)["batch_size"]) == (1, 30)
    noise_alone = replace(table, X=np.random.default_rng(0).normal(size=(300, 6)))
    assert project.number_of_codes(noise_alone) == 3


def test_the_reference_has_as_many_axes():
    model = Autoencoder(7).fit(FEW.X)
    assert project.as_many_axes(model, FEW)["n_components"] == 3


def test_scores_of_reconstructions_and_densities():
    # a share of another total, a density for minus its logarithm
    model = VariationalAutoencoder(1, **SMALL).fit(FEW.X)
    error = np.square(FEW.X - model.inverse_transform(model.transform(FEW.X))).sum() / 60
    assert measures.reconstruction_error(model, FEW) == pytest.approx(error)
    assert measures.kept(model, FEW) == pytest.approx(1 - error / FEW.X.var(axis=0).sum())
    assert measures.minus_log_density(model, FEW) == pytest.approx(-model.score(FEW.X))


# --- trainings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model",
    [
        Autoencoder(2, **SMALL),
        Autoencoder(2, **SMALL | {"solver": "lbfgs"}),
        VariationalAutoencoder(2, **SMALL),
    ],
    ids=["adam", "lbfgs", "variational"],
)
def test_a_training_seen_again_ends_at_the_model(model):
    # another seed, a last epoch that is left out
    model.fit(FEW.X)
    taken = trainings.snapshots(model, FEW.X, 4)
    assert [taken[0].iteration, taken[-1].iteration] == [0, model.n_iter_]
    assert len(taken) == 4
    assert_array_equal(taken[-1].model.transform(FEW.X), model.transform(FEW.X))
    assert taken[-1].loss == model.loss_
    errors = [measures.reconstruction_error(one.model, FEW) for one in taken]
    assert errors[0] > errors[-1]


def test_a_training_is_done_once():
    # a figure that trains the same network as another one
    model = Autoencoder(2, **SMALL).fit(FEW.X)
    first = trainings.again(model, FEW.X)
    assert trainings.again(model, FEW.X.copy()) is first
    assert_array_equal(first.transform(FEW.X), model.transform(FEW.X))
    assert trainings.again(model, FEW.X, n_components=1) is not first
    assert trainings.again(model, FEW.X + 1) is not first


def test_rows_are_held_out_of_the_trainings_of_figures():
    # a row in both parts, and a figure of hardly any rows
    split = trainings.parts(ROLL)
    assert (len(split.learned), len(split.others)) == (480, 120)
    assert_array_equal(np.sort(np.concatenate([split.learned, split.others])), np.arange(600))
    with pytest.raises(NotApplicable, match="at least 10"):
        trainings.parts(ROLL.take(np.arange(9)))
    with pytest.raises(NotApplicable, match="nothing to code"):
        trainings.parts(replace(FEW, X=np.ones((60, 3))))


# --- figures --------------------------------------------------------------------------------------------------------


def test_the_errors_of_the_plane_have_the_gradient_of_the_textbook():
    # axes of the grid in the wrong order, a surface of other points
    from groundup.projects.autoencoder import textbook

    at = np.array([0.3, -0.8])
    right = central_difference(lambda w: float(plane.errors_of(w[None])[0]), at)
    assert_allclose(textbook.linear_gradient(example.X, example.MU, at[:, None])[:, 0], right, rtol=1e-7)
    grid = np.stack(np.meshgrid([0.0, 1.0], [0.0, 2.0]), axis=-1)
    assert plane.errors_of(grid)[0, 1] == textbook.linear_error(example.X, example.MU, np.array([[1.0], [0.0]]))


def test_the_known_arrows_are_slopes_of_a_log_density():
    # a variance where its root belongs, a sign
    X, spread = clustering.moons(0).X[:50], 0.4

    def log_density(place):
        return float(np.log(np.exp(-((place - X) ** 2).sum(axis=1) / (2 * spread**2)).sum()))

    places = np.array([[0.2, 0.3], [1.5, -1.0]])
    slopes = [central_difference(log_density, place) for place in places]
    assert_allclose(noise.score(places, X, spread), slopes, rtol=1e-6)


def test_a_denoiser_agrees_with_the_known_arrows():
    # noise in another unit than that of the columns
    X = clustering.moons(0).X
    network = noise.denoiser(X)
    places = X[::10] + np.full(2, 0.15)
    learned = network.inverse_transform(network.transform(places)) - places
    known = noise.SPREAD**2 * noise.score(places, X, noise.SPREAD)
    assert np.square(learned - known).sum() < 0.25 * np.square(known).sum()


def test_decoded_lines_lie_where_rows_are():
    # a grid far from every code, lines that are not in space
    model = Autoencoder(2, (), solver="lbfgs", random_state=0).fit(FEW.X)
    lines = opening.decoded_lines(model, model.transform(FEW.X))
    assert len(lines) == 2 * opening.LINES
    shown = np.concatenate(lines)[~np.isnan(np.concatenate(lines)).any(axis=1)]
    flat = PCA(2).fit(FEW.X)
    assert len(shown) > 200
    assert_allclose(flat.inverse_transform(flat.transform(shown)), shown, atol=1e-3 * np.abs(FEW.X).max())


def test_ways_end_at_their_pictures(digits):
    # ends exchanged, codes decoded in another order than that of the steps
    data, model = digits
    start, end = data.X[:3], data.X[3:6]
    share = np.array([0.0, 0.25, 1.0])
    way = pictures.pixel_way(model, start, end, share)
    assert_allclose(way[1], 0.75 * start + 0.25 * end)
    coded = pictures.code_way(model, start, end, share)
    for k, ends in ((0, start), (2, end)):
        assert_allclose(coded[k], model.inverse_transform(model.transform(ends)), rtol=1e-10, atol=1e-10)
    far = pictures.nearest(way[1], data.X)
    direct = np.sqrt(((way[1][:, None] - data.X) ** 2).sum(axis=2).min(axis=1))
    assert_allclose(far, direct, rtol=1e-6)


def test_pairs_are_of_different_digits(digits):
    data, _ = digits
    first, second = pictures.many_pairs(data, trainings.parts(data))
    label = {row.tobytes(): y for row, y in zip(data.X, data.y, strict=True)}
    assert all(label[a.tobytes()] != label[b.tobytes()] for a, b in zip(first, second, strict=True))
    start, end = pictures.two_ends(data, trainings.parts(data))
    assert (label[start.tobytes()], label[end.tobytes()]) == (0, 3)


def test_a_sheet_holds_its_pictures(digits):
    # pictures transposed, or in the order of columns
    data, _ = digits
    sheet = drawing.sheet(data.X[:5], data, 3)
    assert sheet.shape == (2 * 9 + 1, 3 * 9 + 1)
    assert_array_equal(sheet[10:18, 10:18], data.X[4].reshape(8, 8))


def test_the_information_of_the_codes_adds_up(digits):
    # a divergence of the wrong entries, a sum in place of a mean
    data, _ = digits
    model = VariationalAutoencoder(3, **{**SMALL, "max_iter": 3}).fit(data.X)
    told = traversals.information(model, data.X)
    assert told.shape == (3,)
    M = model.transform(data.X)
    assert (told >= np.square(M).mean(axis=0) / 2 - 1e-12).all()


def test_the_animation_says_when_pca_is_passed():
    # the two errors exchanged
    assert animation.happened([(0, 5.0), (3, 1.0)], "epoch", 2.0).endswith("5 to 1. It is now below that of PCA.")
    assert animation.happened([(0, 5.0), (3, 2.5)], "epoch", 2.0).endswith("5 to 2.5.")
    assert animation.happened([(0, 1.5), (3, 1.0)], "epoch", 2.0).endswith("1.5 to 1.")


def test_questions_suit_the_data(digits):
    # a plane of one code, groups where none is known, the same words before every frame
    line, plane = (" ".join(animation.questions(FEW, k)) for k in (1, 2))
    assert "where does the line turn back" in line
    assert "plane" not in line
    assert "where does the plane still fold" in plane
    assert "codes that lie together" in plane
    of_digits = animation.questions(digits[0], 2)
    assert "groups of equal marks" in of_digits[1]
    assert "which picture" in of_digits[2]
    assert len(set(of_digits)) == 4
    assert animation.question(3, 5, "epoch", "why?") == "Before the next frame, 2 epochs later: why?"


def test_networks_of_other_sizes_are_trained_as_long(monkeypatch):
    # forty epochs where the reported model has hundreds: errors above PCA's that are not those of the model
    options = {**SMALL, "max_iter": 90, "n_iter_no_change": 90, "tol": 0}
    model = Autoencoder(1, **options)
    assert trainings.narrow(model, FEW.X[:48], 1).n_iter_ == 90
    monkeypatch.setattr(trainings, "ROWS_SEEN", 48 * 50)
    assert trainings.narrow(model, FEW.X[:48], 1).n_iter_ == 50


def test_the_reported_number_of_codes_is_among_the_sizes():
    # a sweep that skips what is reported, 3 of 1, 2 and 4
    from matplotlib.figure import Figure

    axes = Figure().subplots()
    wide = replace(FEW, X=np.random.default_rng(0).normal(size=(20, 5)))
    size.bottleneck.draw(axes, Autoencoder(3, **SMALL).fit(wide.X), wide)
    assert [line.get_xdata().tolist() for line in axes.lines if line.get_label().startswith("autoencoder")] == [
        [1, 2, 3, 4],
        [1, 2, 3, 4],
    ]


def test_the_animation_draws_one_code_and_many():
    # a single code without a second direction
    for k in (1, 3):
        model = Autoencoder(k, **{**SMALL, "max_iter": 3}).fit(FEW.X)
        first, *taken, last = animation.frames(model, FEW)
        assert animation.marked_code(last, FEW) is None
        for frame in (first, *taken):
            code = frame.plane(frame.snapshot.model.transform(FEW.X[[frame.marked]]))[0]
            point = animation.marked_code(frame, FEW)
            assert point.x == pytest.approx(code[0])
            assert point.free == ("x" if k == 1 else "xy")
            assert k == 1 or point.y == pytest.approx(code[1])
        np.testing.assert_array_equal(first.following, taken[0].points)
        assert last.plane(model.transform(FEW.X)).shape == (60, 2)
        assert first.plane.columns == last.plane.columns
        changes = ({"n_components": 1}, {"hidden_layer_sizes": ()})
        for change, frames in zip(changes, animation.unfolding.perturbed.values(), strict=True):
            if k == 1 and "n_components" in change:
                with pytest.raises(NotApplicable, match="has these options"):
                    list(frames(model, FEW))
                continue
            found = [*frames(model, FEW)][-1].snapshot.model.get_params()
            assert found == model.get_params() | change
