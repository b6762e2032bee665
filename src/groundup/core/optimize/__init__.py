"""Losses, penalties and the iterative methods that minimise their sum."""
