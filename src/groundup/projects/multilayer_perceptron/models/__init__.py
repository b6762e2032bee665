"""The public models, `MLPClassifier` and `MLPRegressor`, and what they share in `perceptron`."""
