"""What is drawn of networks: their training, their derivatives, and what they can represent."""
