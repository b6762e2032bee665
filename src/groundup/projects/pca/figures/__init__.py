"""Figures of the fitted model, by theme."""
