"""Linear systems and factorisations, each with an estimate of how far the answer can be trusted."""
