"""Data sets: synthetic generators (the default), sets bundled with scikit-learn, and the user's own tables."""
