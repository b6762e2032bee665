"""Linear regression: least squares, solved directly, by descent, and under a sign constraint; with inference."""
