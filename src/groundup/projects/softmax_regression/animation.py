"""Gradient descent, step by step: the regions of the classes take shape."""

from groundup.projects.common.linear_animation import animation
from groundup.projects.softmax_regression.models.softmax_regression import SoftmaxRegression

region_steps = animation(
    SoftmaxRegression,
    "The regions, step by step",
    "Gradient descent from zero, where all classes are equally probable. First the boundaries turn to where they "
    "belong, then the probabilities sharpen. The steps are taken in standard units, those shown become fewer as they "
    "get shorter. With more than two features the picture is a section through the mean of the rows, along the "
    "directions in which the scores of the last step differ; it is true of that step alone. The last frame shows the "
    "reported model, which is fitted in the units of the data.",
)
