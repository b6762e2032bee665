"""Numerical core of all projects, with NumPy and the standard library only."""
