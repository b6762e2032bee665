"""The search: the same candidates and answers however it is run, and no row on both sides."""

import json
import sys
from dataclasses import replace

import numpy as np
import pytest

from groundup.pipeline import config, contract, fits, rows
from groundup.pipeline.cluster import cluster
from groundup.pipeline.errors import PipelineError
from groundup.pipeline.evaluation import leakage
from groundup.pipeline.evaluation.leakage import single_columns
from groundup.pipeline.evaluation.outer import nested_scores
from groundup.pipeline.evaluation.scores import log_loss, roc_auc
from groundup.pipeline.fits import Candidate, Fits, Task, aligned, classes_of, weights_of, whole
from groundup.pipeline.journal import Journal, hash_of
from groundup.pipeline.samples import customers
from groundup.pipeline.search import candidates, inner_folds, nested, search, subsample
from support.pipeline_projects import buyers, write_project


def opened(folder, frame=None, **changes):
    """Return the fits of a project."""
    frame = buyers() if frame is None else frame
    path = write_project(folder, frame, frame.columns[-1], **changes)
    settings, rules = config.read(path), contract.read(folder / "contract.toml")
    settings = replace(settings, data=replace(settings.data, positive="yes"))
    found = rows.read(folder / "data.csv", rules).frame
    return Fits(settings, rules, found, Journal(folder / "model.progress", "basis"), lambda line: None)


def everywhere(work):
    return search(work, [np.arange(len(work.frame))], "search")[0]


def test_candidates_are_a_function_of_the_seed(tmp_path):
    # candidates that change with the families beside them, so that a journal is worth nothing
    work = opened(tmp_path, families='["logistic_regression", "groundup.mlp", "random_forest"]', candidates="20")
    found = candidates(work.config)
    assert found == candidates(work.config)
    alone = replace(work.config, selection=replace(work.config.selection, families=["groundup.mlp"]))
    assert candidates(alone) == [one for one in found if one.family == "groundup.mlp"]
    assert len(set(found)) == len(found) == 20 + 20 + 16  # a forest has 15 settings besides its defaults
    assert next(one.values for one in found if one.family == "random_forest") == ()
    assert candidates(replace(work.config, seed=1)) != found


def test_the_best_is_the_one_with_the_best_mean(tmp_path):
    work = opened(tmp_path)
    found = everywhere(work)
    assert len(found.results) == 4
    assert [one.mean for one in found.results] == sorted((one.mean for one in found.results), reverse=True)
    assert found.best == found.results[0].candidate
    assert found.second.family != found.best.family
    model = whole(work.config, work.contract, work.frame.iloc[inner_folds(work)[0][0]], found.best)
    tested = work.frame.iloc[inner_folds(work)[0][1]]
    P = aligned(model.predict_proba(tested), model.classes_, ["no", "yes"])
    p = P[np.arange(len(tested)), (tested["buys"] == "yes").astype(int)]
    assert -np.log(np.maximum(p, 1e-300)).mean() == pytest.approx(-found.results[0].scores[0], rel=1e-9)


def test_halving_gives_few_rows_to_all_and_all_rows_to_the_best(tmp_path):
    # a turn that keeps the worst; a winner that was only judged on few rows
    work = opened(tmp_path, buyers(600), search='"halving"', candidates="6")
    found = everywhere(work)
    assert found.results[0].share == 1.0
    counts = [sum(one.share == share for one in found.results) for share in (1 / 3, 1.0)]
    assert counts == [8, 4]
    least = min(one.mean for one in found.results if one.share == 1.0)
    assert least > -1.0


def test_halving_keeps_the_best(tmp_path, monkeypatch):
    work = opened(tmp_path, buyers(600), search='"halving"', candidates="6")
    places = {one: float(k) for k, one in enumerate(candidates(work.config))}
    monkeypatch.setattr(Fits, "of", lambda self, tasks, what: [
        {"score": places[task.candidate], "seconds": 0.0, "error": ""} for task in tasks])  # fmt: skip
    found = everywhere(work)
    assert [one.mean for one in found.results if one.share == 1.0] == [11, 10, 9, 8]


def test_features_are_those_of_the_rows_that_are_learned(tmp_path):
    # features that are remembered under the name of other rows
    work = opened(tmp_path)
    learned, tested = inner_folds(work)[0]
    one = Candidate("logistic_regression")
    both = work.of([Task(one, learned, tested), Task(one, learned[:60], tested)], "x")
    alone = [replace(work, journal=Journal(tmp_path / f"{k}", "x")).of([Task(one, learned[:k], tested)], "x")[0]
             for k in (len(learned), 60)]  # fmt: skip
    assert [found["score"] for found in both] == [found["score"] for found in alone]


def test_nested_scores_are_of_the_outer_folds(tmp_path):
    # scores of rows that the search has seen; rows and probabilities in different orders
    work = opened(tmp_path)
    outer, found = nested(work)
    told = nested_scores(work, outer, found, ["no", "yes"])
    y, P = [], []
    for (learned, tested), one in zip(outer, found):
        model = whole(work.config, work.contract, work.frame.iloc[learned], one.best)
        P.append(model.predict_proba(work.frame.iloc[tested]))
        y.append((work.frame["buys"].iloc[tested] == "yes").to_numpy().astype(int))
    y, P = np.concatenate(y), np.concatenate(P)
    assert told["scores"]["log_loss"]["value"] == pytest.approx(log_loss(y, P), rel=1e-9)
    assert told["scores"]["roc_auc"]["value"] == pytest.approx(roc_auc(y, P), rel=1e-9)
    assert told["chosen"] == [one.best.words() for one in found]


def test_a_larger_share_holds_a_smaller_ones_rows(tmp_path):
    work = opened(tmp_path)
    places = np.arange(50, 240)
    few, more = subsample(work, places, 0.2), subsample(work, places, 0.5)
    assert set(few) < set(more) < set(places)
    share = (work.frame["buys"].iloc[places] == "yes").mean()
    assert abs((work.frame["buys"].iloc[more] == "yes").mean() - share) < 0.02


def test_nested_folds_are_not_searched(tmp_path, monkeypatch):
    # a choice that has seen the rows that judge it
    work, seen = opened(tmp_path), []
    monkeypatch.setattr(Fits, "of", lambda self, tasks, what: seen.extend(tasks) or [
        {"score": 0.0, "seconds": 0.0, "error": ""} for _ in tasks])  # fmt: skip
    outer, found = nested(work)
    assert len(outer) == len(found) == 2
    first = seen[: len(seen) // 2]
    assert len(first) == 3 * 4
    for task in first:
        assert not (set(task.learned) | set(task.tested)) & set(outer[0][1])
        assert not set(task.learned) & set(task.tested)


def test_a_candidate_that_fails_is_out_and_all_of_them_an_error(tmp_path, monkeypatch):
    work = opened(tmp_path)
    make = fits.model_of
    monkeypatch.setattr(fits, "model_of", lambda how, one: make(how, one).set_params(var_smoothing=-1.0)
                        if "bayes" in one.family else make(how, one))  # fmt: skip
    found = everywhere(work)
    assert found.best.family == "logistic_regression"
    assert found.second is None
    assert "var_smoothing" in found.results[-1].error
    bayes = replace(work.config, selection=replace(work.config.selection, families=["groundup.naive_bayes"]))
    with pytest.raises(PipelineError, match=r"no candidate could be fitted; the first one, groundup.naive_bayes"):
        everywhere(replace(work, config=bayes))


def test_the_journal_keeps_what_is_done(tmp_path):
    # a key without the rows or the candidate; a file that was cut short and is believed
    work = opened(tmp_path)
    first = everywhere(work)
    assert (work.done["fitted"], work.done["kept"]) == (12, 0)
    files = sorted(work.journal.folder.glob("*.json"))
    assert len(files) == 12
    files[0].write_text(files[0].read_text()[:10])
    files[1].unlink()
    again = replace(work, done={"fitted": 0, "kept": 0})
    assert [one.scores for one in everywhere(again).results] == [one.scores for one in first.results]
    assert (again.done["fitted"], again.done["kept"]) == (2, 10)
    other = replace(again, journal=Journal(work.journal.folder, "other rows"))
    everywhere(other)
    assert other.done["fitted"] - again.done["kept"] >= 2
    assert len(list(work.journal.folder.glob("*.json"))) == 24


def test_the_hash_of_the_rows_sees_every_entry(tmp_path):
    frame = opened(tmp_path).frame
    changed = frame.copy()
    changed.iloc[3, changed.columns.get_loc("town")] = "Bern" if frame["town"].iloc[3] != "Bern" else "Oslo"
    assert hash_of(frame, "a") == hash_of(frame.copy(), "a")
    assert len({hash_of(frame, "a"), hash_of(frame, "b"), hash_of(changed, "a"), hash_of(frame.iloc[::-1], "a")}) == 4


def test_dask_gives_the_same_answer(tmp_path):
    # a cluster of this process; scores that come back in another order
    distributed = pytest.importorskip("distributed")
    work = opened(tmp_path / "here")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as own:
        there = opened(tmp_path / "there", dask=json.dumps(own.scheduler_address))
        with cluster(there.config):
            found = everywhere(there)
    assert [(one.candidate, one.scores) for one in found.results] == [
        (one.candidate, one.scores) for one in everywhere(work).results
    ]


def test_a_cluster_that_is_not_there_is_named(tmp_path):
    # a search that waits for ever
    pytest.importorskip("distributed")
    work = opened(tmp_path, dask='"inproc://nowhere/1/1"')
    wanted = pytest.raises(PipelineError, match=r"selection\.dask: no cluster at 'inproc://nowhere/1/1'")
    with wanted, cluster(work.config):
        pass


def test_what_dask_needs_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    work = opened(tmp_path, dask='"local"')
    wanted = pytest.raises(PipelineError, match=r"selection\.dask needs .* pip install 'groundup\[scale\]'")
    with wanted, cluster(work.config):
        pass


def test_balance_by_class_weight_or_sample_weights(tmp_path):
    # a model of which the option is silently ignored
    work = opened(tmp_path, balance="true")
    target = np.array(["a", "a", "a", "b"])
    assert fits.model_of(work.config, Candidate("logistic_regression")).class_weight == "balanced"
    assert weights_of(work.config, fits.model_of(work.config, Candidate("logistic_regression")), target) is None
    weights = weights_of(work.config, fits.model_of(work.config, Candidate("groundup.naive_bayes")), target)
    np.testing.assert_allclose(weights, [2 / 3, 2 / 3, 2 / 3, 2])
    plain = opened(tmp_path / "plain")
    assert weights_of(plain.config, fits.model_of(plain.config, Candidate("groundup.naive_bayes")), target) is None


def test_the_positive_class_comes_second(tmp_path):
    work = opened(tmp_path)
    assert classes_of(work.config, work.frame) == ["no", "yes"]
    other = replace(work.config, data=replace(work.config.data, positive="no"))
    assert classes_of(other, work.frame) == ["yes", "no"]


def test_shuffled_classes_give_chance_unless_the_answer_leaks(tmp_path, monkeypatch):
    # a check that never, or always, complains
    work = opened(tmp_path)
    one, splits = Candidate("logistic_regression"), inner_folds(work)
    assert leakage.shuffled(work, one, splits)["chance"]

    def cheating(how, rules, frame, task, target):
        answer = (target == "yes").astype(float)[:, None] + np.random.default_rng(0).normal(size=(len(target), 1))
        return answer[task.learned], answer[task.tested]

    monkeypatch.setattr(fits, "_prepared", cheating)
    found = leakage.shuffled(replace(work, journal=Journal(tmp_path / "other", "x")), one, splits)
    assert not found["chance"]
    assert found["roc_auc"] > 0.7


def test_a_column_that_is_the_answer_is_found(tmp_path):
    # a leak in a category, a date or a number with gaps; a good column that is suspected
    frame = customers(400)
    frame = frame[["age", "plan", "customer_since", "exit_fee", "customer_id", "churned"]]
    frame.insert(0, "code", np.where(frame["churned"] == "yes", "closed", frame["plan"]))
    work = opened(tmp_path, frame)
    found = {one["column"]: one["roc_auc"] for one in single_columns(work.config, work.contract, work.frame)}
    assert found["exit_fee"] > 0.99
    assert found["code"] > 0.99
    assert max(area for name, area in found.items() if name not in ("exit_fee", "code")) < 0.8
    assert not {"churned", "customer_id"} & found.keys()


def test_the_order_of_the_rows(tmp_path):
    # a sorted file, a counter among the columns, rows that are on both sides
    frame = buyers(300).sort_values("buys", ignore_index=True)
    frame.insert(0, "counter", np.arange(300.0) * 1.5)
    work = opened(tmp_path, frame)
    assert leakage.order(work.config, work.frame) > 0.95
    assert leakage.order(work.config, work.frame.sample(frac=1, random_state=0).reset_index(drop=True)) < 0.7
    assert leakage.numbering(work.contract, work.frame, ["age", "counter", "visits"]) == ["counter"]
    assert leakage.repeated(work.frame.iloc[:200], work.frame.iloc[190:], ["age", "visits", "town"]) >= 10
    assert leakage.repeated(work.frame.iloc[:200], work.frame.iloc[200:], ["counter"]) == 0


def test_results_of_a_fit_that_is_kept(tmp_path):
    work = opened(tmp_path)
    learned, tested = inner_folds(work)[0]
    found = work.of([Task(Candidate("dummy"), learned, tested, keep=True)], "x")[0]
    share = (work.frame["buys"].iloc[learned] == "yes").mean()
    np.testing.assert_allclose(found["probabilities"], np.tile([1 - share, share], (len(tested), 1)))
