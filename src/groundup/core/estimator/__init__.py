"""What an estimator is, how it is trained, and what each kind of estimator can do."""
