"""From a request to a result: fit, compare with the reference, save."""
