"""Gaussian mixture: a density of several normal distributions, fitted by expectation-maximisation.

In reading order::

    theory.tex             the chapter
    textbook.py            its algorithms, plain: start here
    example.py             the numbers of the worked example
    models/                `GaussianMixture`: fitting, and what a fitted mixture says about rows
    solvers/               kinds of covariances, E-step (also of rows with missing entries), M-step, starts, EM, SQUAREM
    certificate.py         whether a mixture is a stationary point of the likelihood
    exercise.py            inputs, typical mistakes and hints for learners
    figures/ animation.py  what is drawn
    findings.py            what the fitted model says about the data
    workloads.py           benchmark rows
    project.py             the declaration
"""
