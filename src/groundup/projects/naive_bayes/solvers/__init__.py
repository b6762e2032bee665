"""Counting, probabilities from counts, sums of their logarithms, means and variances."""
