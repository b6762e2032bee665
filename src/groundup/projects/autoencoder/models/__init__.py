"""The public estimators, one a file, and what they share."""
