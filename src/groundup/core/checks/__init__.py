"""What hyper-parameters, inputs and labels may be, and the errors that say so."""
