"""The support vector machines, one file a public estimator."""
