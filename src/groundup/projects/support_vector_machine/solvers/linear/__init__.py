"""The linear machines in the space of the columns: problem, Newton's method, faces for wide rows, one row at a time."""
