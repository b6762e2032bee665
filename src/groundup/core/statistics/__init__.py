"""Probability distributions, and splits of rows for validation."""
