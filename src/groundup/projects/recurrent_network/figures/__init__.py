"""What is drawn of recurrent networks: the unrolled graph, derivatives on their way back, states and gates."""
