"""Kreiss's bound, the easy half: (|z| − 1)‖(zI − W)⁻¹‖ ≤ sup ‖Wⁿ‖ for |z| > 1.

Idea: for R = (zI − W)⁻¹, |z|‖Wⁿ R‖ ≤ ‖Wⁿ⁺¹ R‖ + ‖Wⁿ‖; unrolled, ‖R‖ is at most a geometric series.
So K(W) = sup (|z| − 1)‖(zI − W)⁻¹‖ ≤ sup ‖Wⁿ‖. The converse, sup ‖Wⁿ‖ ≤ e d K(W) for W of size d×d,
isn't proved here: Spijker (1991); Trefethen & Embree (2005), Section 18.
"""

import numpy as np
from hypothesis import strategies as st

from gradproof import Source, Without, at_most, claim, main, sampled
from gradproof.strategies import recurrent_matrices
from gradproof.symbolic.theorems import resolvent


def the_resolvent_is_bounded_by_the_powers(
    W: np.ndarray, exponents: tuple[int, ...], log_distance: float, angle: float
) -> None:
    d = len(W)
    s = 2.0 ** np.resize(exponents, d)
    scaling = s[:, np.newaxis] / s  # S W S⁻¹ has the entries s_i w_ij / s_j: powers of 2 are exact
    scaled = scaling * W
    M = s.max() / s.min()  # ‖(S W S⁻¹)ⁿ‖ ≤ ‖S‖‖S⁻¹‖‖W‖ⁿ, and ‖W‖ ≤ 1
    p = 10.0**log_distance
    z = (1 + p) * np.exp(1j * angle)
    shifted = z * np.eye(d) - scaled
    smallest = np.linalg.norm(shifted, -2)
    # An SVD is backward stable: σ_min is off by p(d) u ‖zI − W‖, Higham (2002), with a modest p(d);
    # ‖W‖ ≤ 1 holds but for (d + 2)² u, and z is off by a few u. 100 d² covers all three.
    slack = M * 100 * d**2 * 2.0**-53 * (2 + p + np.linalg.norm(scaled))
    at_most(p, M * smallest, slack=float(slack), because="derived rounding bound")


@claim(
    "if ‖Wⁿ‖ ≤ M for all n ≥ 0, and |z| = 1 + p with p > 0, then (|z| − 1)‖R‖ ≤ M for "
    "R = (zI − W)⁻¹",
    title="Resolvent bound of the Kreiss matrix theorem",
    source=Source("TrefethenEmbree2005", "Section 18, the Kreiss matrix theorem"),
    derivation=lambda: (resolvent.kreiss(),),
    necessity=[
        Without("|z| = p + 1", {"W": [[0]], "z": 1, "R": [[1]], "p": 2, "M": 1}),
        Without("(z I − W) R = I", {"W": [[0]], "z": 2, "R": [[2]], "p": 1, "M": 1}),
        Without("‖Wᵐ‖ ≤ M for all m", {"W": [[0]], "z": 2, "R": [[0.5]], "p": 1, "M": 0.25}),
    ],
)
def kreiss(run):
    yield sampled(
        the_resolvent_is_bounded_by_the_powers,
        run,
        W=recurrent_matrices(spectral_norm=1.0),
        exponents=st.tuples(*[st.integers(-4, 4)] * 4),
        log_distance=st.floats(-3, 1),
        angle=st.floats(0, 6.25),
    )


if __name__ == "__main__":
    main(__file__)
