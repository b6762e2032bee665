"""Gradient boosting: a sum of small trees, each of which takes a step down the gradient of the loss.

In reading order::

    theory.tex             the chapter
    textbook.py            its algorithms, plain: start here
    models/                decision trees; `GradientBoostingRegressor` and `GradientBoostingClassifier`
    solvers/               sorted columns, criteria, the best splits, growing, pruning; losses, boosting
    certificate.py         how much each split lowered the impurity, each tree the loss
"""
