"""Solvers of the models, in order of increasing complexity."""
