"""What the machines run: `dual` solves the problem of the kernel machines, `linear` that of the linear ones."""
