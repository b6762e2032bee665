"""What is drawn of a recurrent network, by theme."""
