"""What the models run: the network. Its training is in `groundup.core.nn`."""
