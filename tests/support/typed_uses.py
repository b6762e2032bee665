"""The library as an editor sees it: `tests/test_typing.py` lets mypy read this file, which is never run.

A comment ``# E: …`` is part of the error that mypy reports for its line, ``# R: …`` of the type that it reveals.
"""
# ruff: noqa: B018  (attributes are only looked at)

from typing import reveal_type

import numpy as np
import pandas as pd

import groundup
from groundup import (
    ElasticNet,
    ElasticNetCV,
    KMeans,
    Lasso,
    LassoCV,
    LinearRegression,
    LogisticRegression,
    LogisticRegressionCV,
    MiniBatchKMeans,
    MultiTaskLasso,
    Ridge,
    RidgeCV,
    SoftmaxRegression,
)


def uses() -> None:
    """Use every estimator, well and badly."""
    X = np.array([[0.0, 1.0], [2.0, 3.0], [5.0, 4.0]])
    y = [1.0, 2.0, 0.5]

    # Every estimator's steps have the type of its states.
    reveal_type(KMeans(2).steps(X))  # R: Iterator[groundup.projects.kmeans.solvers.restarts.LloydState]
    reveal_type(MiniBatchKMeans(2).steps(X))  # R: Iterator[groundup.projects.kmeans.solvers.minibatch.MiniBatchState]
    reveal_type(LinearRegression().steps(X, y))  # R: linear_regression.solvers.state.LinearState]
    reveal_type(LogisticRegression().steps(X, ["a", "b", "a"]))  # R: Iterator[groundup.core.linear.solvers.ScoreState]
    reveal_type(SoftmaxRegression().steps(X, ["a", "b", "c"]))  # R: Iterator[groundup.core.linear.solvers.ScoreState]
    reveal_type(LogisticRegressionCV().steps(X, y))  # R: Iterator[groundup.projects.logistic_regression
    reveal_type(Ridge().steps(X, y))  # R: Iterator[groundup.projects.regularized_regression.solvers.ridge.RidgeState]
    reveal_type(RidgeCV().steps(X, y))  # R: models.ridge_cv.RidgeCVState]
    reveal_type(ElasticNet().steps(X, y))  # R: solvers.lasso.LassoState]
    reveal_type(Lasso().steps(X, y))  # R: solvers.lasso.LassoState]
    reveal_type(ElasticNetCV().steps(X, y))  # R: models.elastic_net_cv.CrossValidationState]
    reveal_type(LassoCV().steps(X, y))  # R: models.elastic_net_cv.CrossValidationState]
    reveal_type(MultiTaskLasso().steps(X, X))  # R: models.multitask_lasso.MultiTaskState]
    for state in KMeans(2).steps(X):
        reveal_type(state.inertia)  # R: float
        state.inertai  # E: "LloydState" has no attribute "inertai"
    KMeans(2).steps(X, start=3)  # E: Argument "start" to "steps" of "Estimator" has incompatible type "int"

    # A fitted model keeps its class; its attributes have types.
    reveal_type(Ridge().fit(X, y))  # R: models.ridge.Ridge
    reveal_type(KMeans(2).fit(X).inertia_)  # R: float
    reveal_type(Lasso().fit(X, y).certificate_.holds)  # R: bool
    KMeans(2).fit(X).inertia  # E: "KMeans" has no attribute "inertia"

    # Closed sets of values are marked, and so is an unknown parameter.
    KMeans(2, algorithm="hamerly", init="random", n_init="auto")
    KMeans(2, algorithm="lloyds")  # E: Argument "algorithm" to "KMeans" has incompatible type "Literal['lloyds']"
    KMeans(2, init="kmeans++")  # E: Argument "init" to "KMeans" has incompatible type "Literal['kmeans++']"
    KMeans(2, n_init="many")  # E: Argument "n_init" to "KMeans" has incompatible type "Literal['many']"
    KMeans(2, n_start=3)  # E: Unexpected keyword argument "n_start" for "KMeans"
    KMeans(2, init=X[:2])
    KMeans(2, init=[[0.0, 1.0], [5.0, 4.0]])
    LinearRegression(solver="nesterov", learning_rate="line-search")
    LinearRegression(solver="lbfgs")  # E: "LinearRegression" has incompatible type "Literal['lbfgs']"
    LinearRegression(learning_rate="fast")  # E: Argument "learning_rate" to "LinearRegression" has incompatible type
    Ridge(2.0, solver="sparse_cg")  # scikit-learn's name
    Ridge(2.0, solver="newton")  # E: Argument "solver" to "Ridge" has incompatible type "Literal['newton']"
    RidgeCV([0.1, 1.0], criterion="gcv", scoring="r2", gcv_mode="svd")
    RidgeCV(criterion="aic")  # E: Argument "criterion" to "RidgeCV" has incompatible type "Literal['aic']"
    RidgeCV(scoring="mse")  # E: Argument "scoring" to "RidgeCV" has incompatible type "Literal['mse']"
    RidgeCV(gcv_mode="qr")  # E: Argument "gcv_mode" to "RidgeCV" has incompatible type "Literal['qr']"
    ElasticNet(0.1, solver="fista", selection="random", precompute="auto")
    ElasticNet(solver="cdc")  # E: Argument "solver" to "ElasticNet" has incompatible type "Literal['cdc']"
    ElasticNet(selection="shuffled")  # E: "selection" to "ElasticNet" has incompatible type "Literal['shuffled']"
    ElasticNet(precompute="yes")  # E: Argument "precompute" to "ElasticNet" has incompatible type "Literal['yes']"
    Lasso(0.1, l1_ratio=0.5)  # E: Unexpected keyword argument "l1_ratio" for "Lasso"
    LassoCV(l1_ratio=0.5)  # E: Unexpected keyword argument "l1_ratio" for "LassoCV"
    LogisticRegression(solver="liblinear", class_weight="balanced", learning_rate="auto")
    LogisticRegression(solver="adam")  # E: "LogisticRegression" has incompatible type "Literal['adam']"
    LogisticRegression(class_weight="equal")  # E: Argument "class_weight" to "LogisticRegression" has incompatible type
    LogisticRegression(penalty="lasso")  # E: Argument "penalty" to "LogisticRegression" has incompatible type
    SoftmaxRegression(solver="cg")  # E: Argument "solver" to "SoftmaxRegression" has incompatible type "Literal['cg']"
    LogisticRegressionCV(scoring="beauty")  # E: Argument "scoring" to "LogisticRegressionCV" has incompatible type

    # Data: whatever becomes an array.
    table = pd.DataFrame({"a": [1.0, 2.0], "b": [0.0, 1.0]})
    Ridge().fit(table, table["a"]).predict([[1, 2]])
    Ridge().fit(X, y, sample_weight=[1, 2, 3])
    KMeans(2).fit([[0], [1], [5]])
    LogisticRegression().fit(X, pd.Series(["a", "b", "a"]))
    KMeans(2).fit({"a": [1, 2]})  # E: Argument 1 to "fit" of "Estimator" has incompatible type "dict[str, list[int]]"
    KMeans(2).fit(row for row in X)  # E: Argument 1 to "fit" of "Estimator" has incompatible type "Generator

    groundup.Kmeans  # E: Module has no attribute "Kmeans"
