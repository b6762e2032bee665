"""Containers that `Rows` can slice besides arrays: sparse rows and ragged sequences."""
