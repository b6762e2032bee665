"""What every project stands on: NumPy and the standard library only; knows no project."""
