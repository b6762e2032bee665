"""Side-by-side timing with the reference, at equal objective."""
