"""What is drawn of recurrent networks: forecasts, derivatives on their way back, and what happens inside a cell."""
