"""How good a model is, on rows that no step has seen, and how certain each of the numbers is.

In reading order::

scores.py       numbers from probabilities and decisions
intervals.py    how far a number may be off
curves.py       ROC, precision and recall, calibration, costs by threshold
judgement.py    all of these for a table, against the baseline, and by slices
leakage.py      whether the model knows what it cannot know
explanation.py  which columns matter, how, and whether more rows would help
"""
