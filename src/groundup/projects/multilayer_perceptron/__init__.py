"""The multi-layer perceptron: layers of weighted sums, bent by a function, trained by backpropagation.

In reading order::

    textbook.py            its algorithms, plain: start here
    (core/nn/)             the layers, losses and optimisers that the models are made of
"""
