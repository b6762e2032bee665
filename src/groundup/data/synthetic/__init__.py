"""Made-up data: what is learned from it can be compared with what it was made from."""
