"""Several families of models on the same folds: whole pipelines of scikit-learn, most with a model of ours inside.

No parameter is searched here. The search in production, over families and their parameters, is ``groundup pipeline``.
"""

from time import perf_counter
from typing import Any

import numpy as np

from groundup import SVC, GaussianNB, HistGradientBoostingClassifier, LogisticRegression
from groundup.core.types import Array
from groundup.data.dataset import Dataset, Table
from groundup.projects.classification_pipeline import textbook
from groundup.projects.classification_pipeline.drift import holm
from groundup.projects.classification_pipeline.judged import rounded
from groundup.projects.classification_pipeline.resampling import drawn_means

FOLDS, MOST, FEWEST = 5, 1000, 10  # Folds; rows that are compared at most; rows that each class needs.
SMALLEST = 1e-15  # Probability below which a probability is cut off, so that one row does not decide a mean.
TITLE = "Several families on the same folds"
HEAD = ("family", "log-loss", "from", "to", "accuracy", "p against the first", "s a fit")


def pipelines() -> dict[str, Any]:
    """Return an unfitted pipeline of each family: columns are put into standard units, then a model learns."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    models = {
        "logistic regression": LogisticRegression(),
        "naive Bayes": GaussianNB(),
        "support vector machine": SVC(probability=True, random_state=0),
        "gradient boosting": HistGradientBoostingClassifier(max_iter=50, early_stopping=False),
        "random forest (scikit-learn)": RandomForestClassifier(50, min_samples_leaf=5, random_state=0),
    }
    return {name: make_pipeline(StandardScaler(), model) for name, model in models.items()}


def compared(data: Dataset) -> Table:
    """Return how well each family predicts the rows of folds that it was fitted without, the best first.

    At most 1000 rows are taken, of each class its share.

    eq. classification_pipeline:mcnemar, classification_pipeline:holm

    Parameters
    ----------
    data : Dataset
        Rows of the fit, dense; the held-out rows have no part.
    """
    X, y = some_rows(data.X, np.unique(np.asarray(data.y), return_inverse=True)[1])
    if np.bincount(y).min() < FEWEST:
        return Table(TITLE, HEAD, (), f"Not computed: a class has fewer than {FEWEST} rows.")
    found = {name: out_of_fold(pipeline, X, y) for name, pipeline in pipelines().items()}
    losses = {name: -np.log(np.maximum(P[np.arange(len(y)), y], SMALLEST)) for name, (P, _) in found.items()}
    right = {name: P.argmax(axis=1) == y for name, (P, _) in found.items()}
    first, *others = sorted(found, key=lambda name: float(losses[name].mean()))
    p = holm(np.array([against(right[first], right[name]) for name in others]))
    told = ["", *(f"{value:.2g}" for value in p)]
    rows: list[tuple[str | float, ...]] = []
    for name, chance in zip((first, *others), told, strict=True):
        low, high = drawn_means(losses[name], np.random.default_rng(0))
        numbers = map(rounded, (float(losses[name].mean()), low, high, float(right[name].mean())))
        rows.append((name, *numbers, chance, rounded(found[name][1], 2)))
    return Table(TITLE, HEAD, tuple(rows), note(len(y)))


def against(one: Array, other: Array) -> float:
    """Return McNemar's p-value from the rows that each of two models gets right."""
    return float(textbook.mcnemar(int((one & ~other).sum()), int((other & ~one).sum())))


def note(n: int) -> str:
    """Return what to know about the table of n rows."""
    return (
        f"Log-loss of {n} rows of the fit, each predicted by a pipeline (standard units, then the model with fixed "
        f"parameters) that was fitted without its fold, one of {FOLDS}; 'from' and 'to' are the ends of a bootstrap "
        "interval of 95 %. p is McNemar's, corrected for the number of tests by Holm's procedure: a value below "
        "0.05 says that the family's larger number of errors is hardly chance. The first is the best of several, so "
        "its value is a little too good. The command groundup pipeline searches the parameters too."
    )


def some_rows(X: Array, y: Array) -> tuple[Array, Array]:
    """Return all rows, or 1000 drawn of them with the same shares of the classes."""
    if len(y) <= MOST:
        return X, y
    from sklearn.model_selection import train_test_split

    kept, _ = train_test_split(np.arange(len(y)), train_size=MOST, random_state=0, stratify=y)
    return X[kept], y[kept]


def out_of_fold(pipeline: Any, X: Array, y: Array) -> tuple[Array, float]:
    """Return the probabilities of rows by a pipeline fitted without their fold, (n, K), and the seconds of a fit.

    eq. classification_pipeline:folds
    """
    from sklearn.model_selection import StratifiedKFold

    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    P, seconds = np.zeros((len(y), y.max() + 1)), 0.0
    for learned, tested in folds.split(X, y):
        begin = perf_counter()
        fitted = pipeline.fit(X[learned], y[learned])
        seconds += perf_counter() - begin
        P[tested] = fitted.predict_proba(X[tested])
    return P, seconds / FOLDS
