"""Naive Bayes: a model for each class, in which features are independent.

In reading order::

    textbook.py     the algorithms, plain: start here
    models/         `MultinomialNB` and `BernoulliNB`, `ComplementNB`, `CategoricalNB`, `GaussianNB`
    solvers/        counts, probabilities and joint log-probabilities over blocks of rows, dense and sparse
    certificate.py  whether the probabilities maximise the likelihood
"""
