"""Logistic regression: the log-odds of a class as a linear function."""
