"""The shared style of all figures, what a figure is, and animations of a `steps` iterator."""
