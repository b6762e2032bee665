"""Linear systems and factorisations, with estimates of their accuracy."""
