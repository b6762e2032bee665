"""What a fitted model of any kind does with its columns: partial dependence, permutation importance."""
