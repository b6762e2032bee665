"""The dual problem of the kernel machines: problem, SMO, and the fast solver with its parts."""
