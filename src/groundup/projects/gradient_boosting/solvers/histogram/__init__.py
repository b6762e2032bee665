"""Solvers of histogram gradient boosting."""
