"""Whether inputs can drive every unit of a layer on its own: whether U has full row rank."""

from __future__ import annotations

import numpy as np
from scipy.linalg import qr

from gradproof.arrays import Array
from gradproof.spectral.verified import verified_smallest_singular_value

__all__ = ["has_full_row_rank"]


def has_full_row_rank(U: Array, /) -> bool | None:
    """Return whether the rows of U, shape (d, m), are linearly independent; None if not known.

    They aren't if m < d. They are if some d columns have a positive smallest singular value, which
    is verified; a QR factorisation with pivoting chooses the columns and is trusted for nothing.

    >>> has_full_row_rank(np.ones((2, 1))), has_full_row_rank(np.array([[1.0, 0, 2], [1, 0, 3]]))
    (False, True)
    >>> has_full_row_rank(np.ones((2, 2)))
    """
    rows, columns = U.shape
    if columns < rows:
        return False
    _, order = qr(U, mode="r", pivoting=True, check_finite=False)
    found = verified_smallest_singular_value(np.ascontiguousarray(U[:, order[:rows]]))
    return True if found is not None and found.lower > 0 else None
