"""Linear regression: least squares solved directly, by descent, and under a sign constraint; with inference.

In reading order::

    theory.tex             the chapter
    textbook.py            its algorithms, plain: start here
    example.py             the numbers of the worked example
    models/                `LinearRegression`, and inference on a fitted model
    solvers/               factorisations, active sets, descent
    certificate.py         how far from optimal
    exercise.py            inputs, typical mistakes and hints for learners
    figures/ animation.py  what is drawn
    findings.py            what the fitted model says about the data
    workloads.py           benchmark rows
    project.py             the declaration
"""
