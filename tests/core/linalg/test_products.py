"""Products in small chunks."""

import numpy as np
import pytest

from groundup.core.linalg import products


@pytest.mark.parametrize("m", [0, 1, 727, 728, 729, 5000])
@pytest.mark.parametrize(("K", "d"), [(20, 18), (1, 1), (200, 40)])
def test_products_equal_numpys(K, d, m):
    """Catches rows lost between the last whole chunk and the rest."""
    generator = np.random.default_rng(0)
    C, X, A = generator.normal(size=(K, d)), generator.normal(size=(m, d)), generator.normal(size=(K, m))
    np.testing.assert_allclose(products.outer_product(C, X), C @ X.T, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(products.inner_product(A, X), A @ X, rtol=1e-12, atol=1e-10)
    assert products.outer_product(C.astype(np.float32), X.astype(np.float32)).dtype == np.float32


def test_large_products_are_left_whole():
    """Catches chunks of a few rows, slower than the threads that they avoid."""
    assert products.chunk_rows(20, 18, 5000) == 728
    assert products.chunk_rows(200, 40, 5000) == 5000
    assert products.chunk_rows(2, 2, 100) == 100
