"""Support vector machines: the widest margin, with kernels, for classes, numbers and outliers.

In reading order::

    theory.tex             the chapter
    textbook.py            its algorithms, plain: start here
    models/                one file a public estimator
    solvers/               the dual problem of all kernel machines, what solves it, and probabilities
    certificate.py         the duality gap and the violation of the optimality conditions
"""
