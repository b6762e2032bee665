"""The exercise: mistakes that learners make are found, and named."""

import pytest

from support.learners import check_found, checked

# what it is: (a learner's function, its equation, a part of the cause)
DEFECTS = {
    "the leak": ("""
        def accuracy_of_chosen(X, y, k, fold, before):
            hits, mine = 0, chosen(X, y, k)
            for f in np.unique(fold):
                fit = fold != f
                guess = nearest_mean(X[fit][:, mine], y[fit], X[~fit][:, mine])
                hits += np.sum(guess == y[~fit])
            return hits / y.size
    """, "classification_pipeline:leakage", "The leak"),
    "ties that do not count": ("""
        def area(y, s):
            return np.mean(s[y == 1][:, None] > s[y == 0][None])
    """, "classification_pipeline:area", "Ties count half"),
    "costs exchanged": ("""
        def best_threshold(y, p, cost_miss, cost_alarm):
            candidates = np.append(np.unique(p), np.inf)
            total = []
            for t in candidates:
                missed, false = np.sum((p < t) & (y == 1)), np.sum((p >= t) & (y == 0))
                total.append(cost_alarm * missed + cost_miss * false)
            return candidates[np.argmin(total)]
    """, "classification_pipeline:threshold", "exchanged"),
    "Wald's interval": ("""
        def wilson(successes, n, z):
            share = successes / n
            half = z * np.sqrt(share * (1 - share) / n)
            return share - half, share + half
    """, "classification_pipeline:wilson", "Wald"),
    "one direction": ("""
        def psi(expected, found):
            e, f = expected / np.sum(expected), found / np.sum(found)
            return np.sum(f * np.log(f / e))
    """, "classification_pipeline:psi", "one direction"),
}  # fmt: skip

ELSEWISE = """
    def area(y, s):
        order = np.sort(np.unique(s))
        rank = np.array([np.sum(s < v) + (np.sum(s == v) + 1) / 2 for v in s])
        m, k = np.sum(y == 1), np.sum(y == 0)
        return (np.sum(rank[y == 1]) - m * (m + 1) / 2) / (m * k)

    def brier(y, p):
        return np.sum(p**2 - 2 * p * y + y) / len(y)

    def average_precision(y, s):
        total, before = 0.0, 0.0
        for t in sorted(set(s), reverse=True):
            taken = s >= t
            recall = np.sum(y[taken]) / np.sum(y)
            total, before = total + (recall - before) * np.mean(y[taken]), recall
        return total

    def psi(expected, found):
        e, f = expected / np.sum(expected), found / np.sum(found)
        return np.sum(f * np.log(f / e)) + np.sum(e * np.log(e / f))
"""


@pytest.fixture(scope="module")
def reports():
    """Reports on textbooks with one wrong function each, and on one that is only written differently."""
    found = checked("classification_pipeline", [code for code, _, _ in DEFECTS.values()] + [ELSEWISE])
    return dict(zip([*DEFECTS, "elsewise"], found, strict=True))


@pytest.mark.parametrize("defect", DEFECTS)
def test_mistakes_are_found_and_named(reports, defect):
    if defect == "the leak":  # what stands on the function is wrong with it
        found = {one.name: one for one in reports[defect].functions}
        assert found["accuracy_of_chosen"].state == "wrong"
        assert "The leak" in found["accuracy_of_chosen"].cause
        return
    check_found(reports[defect], *DEFECTS[defect])


def test_solutions_that_are_written_differently_are_right(reports):
    # inputs, or a tolerance, that only the textbook's own operations meet
    assert [one.name for one in reports["elsewise"].functions if one.state != "right"] == []
