"""Gaussian mixtures: normal distributions whose rows are not labelled, by expectation-maximisation.

In reading order::

    theory.tex             the chapter
    textbook.py            its algorithms, plain: start here
    example.py             the numbers of the worked example
    models/                `GaussianMixture`: its fit; what a fitted mixture says about rows
    solvers/               E-step, M-step and their iteration; kinds of covariances; missing entries; SQUAREM; starts
    certificate.py         whether the answer is a stationary point of the likelihood
    exercise.py            inputs, typical mistakes and hints for learners
    selection.py           mixtures of other sizes and kinds, compared by information criteria
    demonstration.py       EM from a plain start, E-step and M-step apart, with the lower bound
    figures/ animation.py  what is drawn
    findings.py            what the fitted model says about the data
    workloads.py           benchmark rows
    project.py             the declaration
"""
