"""Distributions, and splits of rows for validation."""
