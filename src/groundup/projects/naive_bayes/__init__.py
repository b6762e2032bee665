"""Naive Bayes: a model for each class, in which features are independent.

In reading order::

    theory.tex             the chapter
    textbook.py            its algorithms, plain: start here
    example.py             the numbers of the worked example
    models/                `MultinomialNB` and `BernoulliNB`, `ComplementNB`, `CategoricalNB`, `GaussianNB`
    solvers/               counts, probabilities and joint log-probabilities over blocks of rows, dense and sparse
    certificate.py         whether the probabilities maximise the likelihood
    exercise.py            inputs, typical mistakes and hints for learners
    evidence.py            what speaks for which class
    figures/ animation.py  what is drawn
    findings.py            what the fitted model says about the data
    workloads.py           benchmark rows
    project.py             the declaration
"""
