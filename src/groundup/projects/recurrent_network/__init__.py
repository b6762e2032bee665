"""The recurrent network: a state that each step of a sequence changes, trained by back-propagation through time.

In reading order::

    textbook.py            its algorithms, plain: start here
    models/                `RNNClassifier`, `RNNRegressor` and `CharRNN`; `recurrent` is what the first two share
    solvers/               the network, its training in pieces, outputs of long sequences, samples of text
    (core/nn/)             the cells, layers, losses and optimisers that it is made of, and its training
    certificate.py         whether its derivatives are right, and how near it is to a stationary point
    reading.py             what happens inside a cell at each step of a sequence
    replay.py              a training seen again: its networks after some epochs
    forecasts.py           forecasts of a series next to baselines, with bands
    figures/, animation.py what is drawn
    findings.py            what a network says about the data
    exercise.py            inputs, mistakes and hints for the textbook's functions
    measures.py, tuning.py what is measured, and what is chosen for the user's series
    project.py, workloads.py   the declaration
"""
