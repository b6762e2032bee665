"""Preconditioned conjugate gradients for a matrix known by its products.

Source: Hestenes and Stiefel, Methods of conjugate gradients for solving linear systems, J. Res. NBS 49 (1952).
"""

from collections.abc import Callable

import numpy as np

from groundup.core.types import Array

Product = Callable[[Array], Array]  # x -> H x
Preconditioner = Callable[[Array], Array]  # r -> roughly H⁻¹ r


def conjugate_gradients(
    product: Product, b: Array, preconditioner: Preconditioner, tolerance: float, max_products: int = 250
) -> Array:
    """Solve ``H x = b`` up to a relative residual of `tolerance`.

    Parameters
    ----------
    product : callable
        ``product(x) -> H x`` with a symmetric, positive semi-definite H.
    b : ndarray
        Right-hand side, of any shape.
    preconditioner : callable
        Approximation of ``r -> H⁻¹ r``.
    tolerance : float
        Largest length of the residual, relative to that of `b`.
    max_products : int
        Number of products after which the current solution is returned.

    Returns
    -------
    ndarray
        The solution x, of the shape of `b`.
    """
    x, residual = np.zeros_like(b), b
    z = preconditioner(residual)
    direction, power = z, float(np.vdot(residual, z))
    goal = tolerance * float(np.linalg.norm(b))
    for _ in range(max_products):
        if np.linalg.norm(residual) <= goal or power <= 0:
            break
        image = product(direction)
        curvature = float(np.vdot(direction, image))
        if curvature <= 0:  # only rounding, or a direction in the null space, has no curvature
            break
        x = x + power / curvature * direction
        residual = residual - power / curvature * image
        z = preconditioner(residual)
        last, power = power, float(np.vdot(residual, z))
        direction = z + power / last * direction
    return x
