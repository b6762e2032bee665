"""EM for Gaussian mixtures: densities, moments, steps, starts."""
