"""Validation of hyper-parameters, inputs and labels."""
