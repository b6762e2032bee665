"""What the models run, in order of increasing complexity: the network, L-BFGS on all rows, epochs of mini-batches."""
