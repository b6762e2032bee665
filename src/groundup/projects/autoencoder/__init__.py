"""Autoencoders: networks that learn to reproduce their input through a narrow code.

In reading order::

    textbook.py     its algorithms, plain: start here
    models/         `Autoencoder`, `VariationalAutoencoder`, and what they share in `coding`
    solvers/        the network, what is added to the error, the variational bound
    (core/nn/)      the layers and optimisers that these are made of
    certificate.py  how far from the best linear code, or how near to a stationary point
    trainings.py    trainings that figures share, and one seen again epoch by epoch
    figures/, animation.py     what is drawn
    findings.py     what codes say about the data
    measures.py     errors of reconstructions, and densities
    exercise.py     inputs, mistakes and hints for the textbook's functions
    project.py, workloads.py   the declaration
"""
