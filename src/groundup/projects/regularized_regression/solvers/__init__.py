"""What the models run, in order of increasing complexity."""
