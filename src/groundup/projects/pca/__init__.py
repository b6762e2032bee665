"""Principal component analysis: the directions in which data vary most.

In reading order::

    theory.tex             the chapter
    textbook.py            its algorithms, plain: start here
    example.py             the numbers of the worked example
    models/                `PCA`, `IncrementalPCA`, `KernelPCA`, `TruncatedSVD`
    solvers/               from one decomposition to random subspaces and stochastic steps, and EM for missing entries
    certificate.py         how far the axes are from eigenvectors
    exercise.py            inputs, typical mistakes and hints for learners
    figures/ animation.py  what is drawn
    findings.py            what the fitted model says about the data
    workloads.py           benchmark rows
    project.py             the declaration
"""
