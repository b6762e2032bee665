"""Data besides arrays that `Rows` can slice: sparse rows and ragged sequences."""
