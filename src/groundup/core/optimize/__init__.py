"""Loss × penalty × solver: the parts that iterative methods are made of."""
