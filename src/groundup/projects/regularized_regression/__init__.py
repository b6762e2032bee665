"""Ridge, lasso and elastic net: least squares with a price on large coefficients."""
