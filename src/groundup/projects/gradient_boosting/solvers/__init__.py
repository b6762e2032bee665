"""Trees grown exactly: sorted columns, criteria, splits, growth, pruning; losses and boosting."""
