"""Base classes of estimators, hyper-parameters, training and certificates."""
