"""The recurrent network: a state that each step of a sequence changes, trained by back-propagation through time.

In reading order::

    textbook.py            its algorithms, plain: start here
    models/                `RNNClassifier`, `RNNRegressor` and `CharRNN`; `recurrent` is what the first two share
    solvers/               the network, its training in pieces, outputs of long sequences, samples of text
    (core/nn/)             the cells, layers, losses and optimisers that it is made of, and its training
    certificate.py         whether its derivatives are right, and how near it is to a stationary point
"""
