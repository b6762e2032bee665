"""Layers of neural networks, each with its forward pass and, directly below it, its derived backward pass.

In reading order::

    parameters.py     one flat vector, and its parts by name
    layer.py          what a layer is
    activations.py    functions of single entries, and softmax
    losses.py         losses of scores
    initializers.py   random weights that keep the scale of what flows through them
    dense.py          weighted sums
    dropout.py        random zeros
    embedding.py      a vector for each number of a word
    normalization.py  batch and layer normalisation
    recurrent.py      a state that goes through time: RNN, LSTM, GRU
    sequence_layers.py  every step, both directions, the last step
    network.py        layers one after the other
    schedules.py      step sizes over time
    clipping.py       limits of gradients
    optimizers.py     steps, from plain gradient descent to AdamW
    objective.py      mean loss and penalty of a network on some rows
    training.py       epochs of mini-batches as states
    full_batch.py     L-BFGS on all rows
    epochs.py         the same with curves of losses and scores
    stationarity.py   what a step along the gradient would still gain
    certificates.py   what can be said of a trained network
    classes.py        what networks that tell classes apart share
    estimator.py      what estimators share whose network is trained in epochs

**Features come first.** What flows through a network has shape (d, n), or (d, …, n): a column for each sample, and the
features along the first axis. So a bias is added to contiguous rows, sums over samples run through memory in order, and
sparse rows are multiplied as they are: a layer that is given the transpose ``X.T`` of n rows, dense or `Csr`, computes
``W.T @ X.T``. Weights have shape (inputs, outputs), as in scikit-learn.

**Nothing is differentiated automatically.** A layer's forward pass returns what its backward pass needs; this takes the
derivatives by the output and returns those by the input, and writes those by the parameters into a vector that has
the layout of the parameters.
"""
