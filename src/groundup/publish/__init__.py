"""What the book takes from the program."""
