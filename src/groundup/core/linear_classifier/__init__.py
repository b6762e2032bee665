"""Classifiers whose scores are linear: one objective, any loss and penalty, and the solvers that minimise it."""
