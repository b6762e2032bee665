"""Logistic regression: two classes and the log-odds between them; with inference and a choice of the penalty.

In reading order::

    theory.tex             the chapter
    textbook.py            its algorithms, plain: start here
    example.py             the numbers of the worked example
    models/                `LogisticRegression`, `LogisticRegressionCV`, and inference
    (core/linear/)         the solvers and the duality gap, shared with softmax regression
    exercise.py            inputs, typical mistakes and hints for learners
    figures/ animation.py  what is drawn
    findings.py            what the fitted model says about the data
    workloads.py           benchmark rows
    project.py             the declaration
"""
