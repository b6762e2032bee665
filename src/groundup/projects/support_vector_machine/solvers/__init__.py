"""What the machines run, in order of increasing complexity: problem, SMO, the fast solver."""
