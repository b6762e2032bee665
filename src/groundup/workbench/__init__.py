"""Runs a declared project: fit, compare, measure, draw, report."""
