"""What the models run, in order of increasing complexity: the network, epochs of mini-batches."""
