"""The multi-layer perceptron: layers of weighted sums, bent by a function, trained by backpropagation.

In reading order::

    textbook.py            its algorithms, plain: start here
    models/                `MLPClassifier`, `MLPRegressor`, and what they share in `perceptron` and `options`
    solvers/               the network
    (core/nn/)             the layers, losses and optimisers that it is made of, and its training
    certificate.py         how near to a stationary point
    replay.py              a training seen again: its networks and what hidden units give out
    figures/, animation.py what is drawn
    findings.py            what a network says about the data
    exercise.py            inputs, mistakes and hints for the textbook's functions
    measures.py            what both sides minimise
    project.py, workloads.py   the declaration
"""
