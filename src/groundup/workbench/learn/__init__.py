"""A learner writes the textbook's functions; each is compared with the textbook's on generated inputs."""
