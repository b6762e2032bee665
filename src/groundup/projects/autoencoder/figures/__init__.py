"""What is drawn of autoencoders: codes, reconstructions, and the surface that is minimised."""
