"""What linear regressors and linear classifiers share."""
