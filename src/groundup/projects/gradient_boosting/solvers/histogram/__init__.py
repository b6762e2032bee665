"""Boosting on histograms: bins, trees that are grown on them, and the iterations."""
