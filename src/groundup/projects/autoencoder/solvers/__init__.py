"""What the models run: units and their slopes, the network, what is added to the error, and the variational bound."""
