"""Gradient descent, step by step: the regions of the classes take shape."""

from groundup.projects.common.linear_animation import animation

region_steps = animation(
    "The regions, step by step",
    "Gradient descent from zero, where all classes are equally probable. First the boundaries turn to where they "
    "belong, then the probabilities sharpen. The star is one row, at the probabilities of the two classes that share "
    "it in the end; on the slanting side the other classes have none. Longer steps than 1 / L, where Böhning's bound "
    "makes descent safe, may be faster, or never settle. Temperatures move no boundary, only the rows among the "
    "probabilities, and the objective is lowest at T = 1. The steps are taken in standard units and on the objective "
    "of the reported model, whose penalty shrinks the weights after each step; those shown become fewer as they get "
    "shorter. The dotted line is the objective of the reported model, which the steps approach. With more than two "
    "features the picture is a section through the mean of the rows, along the directions in which the scores of the "
    "last step differ; it is true of that step alone. The last frame shows the reported model.",
)
