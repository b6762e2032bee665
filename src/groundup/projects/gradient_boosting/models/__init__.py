"""Decision trees, and boosted ones."""
