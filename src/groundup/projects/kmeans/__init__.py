"""K-means clustering: groups of rows, each around its mean."""
