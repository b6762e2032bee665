"""Softmax regression: the probabilities of K classes from K linear scores."""
