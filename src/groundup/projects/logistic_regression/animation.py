"""Gradient descent, step by step: the boundary turns and the probabilities sharpen."""

from groundup.projects.common.linear_animation import animation

boundary_steps = animation(
    "The boundary, step by step",
    "Gradient descent from zero, where every probability is one half. First the boundary turns to where it belongs, "
    "then the probabilities sharpen: the weights grow until the surest errors cost as much as all else gains. The "
    "steps are taken in standard units and on the objective of the reported model, whose penalty shrinks the weights "
    "after each step; those shown become fewer as they get shorter. The dotted line is the objective of the reported "
    "model, which the steps approach. With more than two features the picture is a section through the mean of the "
    "rows, and true of the last steps alone. The last frame shows the reported model.",
)
