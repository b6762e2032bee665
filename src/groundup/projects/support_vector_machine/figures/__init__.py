"""Figures of the support vector machines, by theme."""
