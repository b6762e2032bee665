"""Gradient boosting: a sum of small trees, each of which takes a step down the gradient of the loss.

In reading order::

    theory.tex             the chapter
    textbook.py            its algorithms, plain: start here
    models/                decision trees, as text too; boosted ones, and those boosted on histograms
    solvers/               sorted columns, criteria, the best splits, growth, pruning; losses, boosting
    solvers/histogram/     bins, histograms, trees that are grown on them, and their boosting
    certificate.py         whether leaves are the best constants, and gains account for the loss
    stages.py              a boosted model after each number of its trees, which figures, frames and findings look at
    influence.py           how much each column matters
    figures/               rounds of boosting, splits, losses, importances, dependence, and trees, drawn
    tree_animation.py      a single tree as it grows; animation.py shows boosting
"""
