"""Containers besides arrays: sparse rows and sequences."""
