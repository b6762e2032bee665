"""Regularised regression: ridge, lasso and elastic net, their paths, and the choice of the penalty.

In reading order::

    theory.tex             the chapter
    textbook.py            its algorithms, plain: start here
    example.py             the numbers of the worked example
    models/                `Ridge`, `Lasso`, `ElasticNet`, their cross-validated and multi-task forms, and paths
    solvers/               factorisations, coordinate descent, working sets, first-order methods, LARS
    certificate.py         how far from optimal
    exercise.py            inputs, typical mistakes and hints for learners
    figures/ animation.py  what is drawn
    findings.py            what the fitted model says about the data
    workloads.py           benchmark rows
    project.py             the declaration
"""
