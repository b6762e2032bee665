"""The public estimators, one file each."""
