"""Given a false sentence alone, the search finds the smallest case that refutes it.

The same search finds nothing against the sentence that is true instead, so it doesn't find
whatever it is asked for. Each case is decided again, by SymPy and by a network that runs.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from gradproof.claims.load import shipped_proofs
from gradproof.gradients.differences import central_difference_state_jacobian
from gradproof.gradients.network import ElmanNetwork, forward, inputs_realising
from gradproof.gradients.resting_lstm import by_complex_step, jacobian_at_rest
from gradproof.gradients.tolerances import central_difference_tolerance
from gradproof.sampling.planar import PlanarCases, planar_cases, smallest

PAGE = shipped_proofs().parent / "docs" / "counterexamples.md"


@dataclass(frozen=True)
class Sentence:
    """A false sentence, where it is false, the true one, and where that would be false."""

    false: str
    refutes: Callable[[PlanarCases], np.ndarray]
    true: str
    would_refute: Callable[[PlanarCases], np.ndarray]


def is_normal(c):
    transposed = np.swapaxes(c.W.numerators, 1, 2)
    return (transposed @ c.W.numerators == c.W.numerators @ transposed).all(axis=(1, 2))


def has_unbounded_powers(c):
    """ρ ≤ 1 and a double eigenvalue ±1, but W ≠ ±I; or ρ > 1."""
    off_diagonal = (c.W.numerators[:, 0, 1] != 0) | (c.W.numerators[:, 1, 0] != 0)
    double = (np.abs(c.W.trace) == 2 * c.W.denominator) & (c.W.determinant == c.W.denominator**2)
    return c.W.radius_above_one() | (double & off_diagonal)


def is_zero(matrices):
    return ~matrices.numerators.any(axis=(1, 2))


SENTENCES = {
    "small ρ(W)": Sentence(
        "If ρ(W) < 1, the product of the Jacobians decays.",
        lambda c: c.W.radius_below_one() & c.explodes,
        "If ‖W‖ ≤ 1, it doesn't explode.",
        lambda c: ~c.W.norm_above_one() & c.explodes,
    ),
    "small ρ(J_k)": Sentence(
        "If ρ(J_k) < 1 for all k, the product of the Jacobians decays.",
        lambda c: c.J_1.radius_below_one() & c.J_2.radius_below_one() & c.explodes,
        "If ‖J_k‖ ≤ 1 for all k, it doesn't explode.",
        lambda c: ~c.J_1.norm_above_one() & ~c.J_2.norm_above_one() & c.explodes,
    ),
    "large ρ(J_k)": Sentence(
        "If ρ(J_k) > 1 for all k, the product of the Jacobians explodes.",
        lambda c: c.J_1.radius_above_one() & c.J_2.radius_above_one() & c.decays,
        "If |det J_k| ≥ 1 for all k, it doesn't decay.",
        lambda c: (
            (np.abs(c.J_1.determinant) >= c.J_1.denominator**2)
            & (np.abs(c.J_2.determinant) >= c.J_2.denominator**2)
            & c.decays
        ),
    ),
    "large ‖W‖": Sentence(
        "If ‖W‖ > 1, gradients can explode.",
        # ρ(|W|) < 1 bounds the product for all slopes in [0, 1]: perron_upper.
        lambda c: c.W.norm_above_one() & c.W.moduli.radius_below_one(),
        "If ρ(W) > 1, they do, at the state 0 without inputs.",
        lambda c: (
            c.W.radius_above_one()
            & c.has_constant_slopes
            & ~c.states.any(axis=(1, 2))
            & ~c.explodes
        ),
    ),
    "mean slope": Sentence(
        "The mean slope times ρ(W) is the rate of the product of the Jacobians.",
        lambda c: c.weight_times_mean_slope.radius_above_one() & c.decays,
        "It is where all slopes are one number.",
        lambda c: (
            c.has_constant_slopes & (c.weight_times_mean_slope.radius_above_one() != c.explodes)
        ),
    ),
    "reversed order": Sentence(
        "J_1 J_2 vanishes where J_2 J_1 does.",
        lambda c: is_zero(c.J_2.times(c.J_1)) & ~is_zero(c.J_1.times(c.J_2)),
        "It does where the slopes of both steps agree.",
        lambda c: (
            (c.states[:, 0] == c.states[:, 1]).all(axis=1)
            & (is_zero(c.J_2.times(c.J_1)) != is_zero(c.J_1.times(c.J_2)))
        ),
    ),
    "ρ(W) ≤ 1": Sentence(
        "If ρ(W) ≤ 1, the powers of W are bounded.",
        lambda c: ~c.W.radius_above_one() & has_unbounded_powers(c),
        "They are if ‖W‖ ≤ 1.",
        lambda c: ~c.W.norm_above_one() & has_unbounded_powers(c),
    ),
    "monotone": Sentence(
        "If ρ(W) < 1, then ‖W²‖ ≤ ‖W‖.",
        lambda c: c.W.radius_below_one() & c.W.times(c.W).norm_exceeds(c.W),
        "It is if W is normal, too.",
        lambda c: c.W.radius_below_one() & is_normal(c) & c.W.times(c.W).norm_exceeds(c.W),
    ),
}
FOUND = {
    "small ρ(W)": "W = [1 3/2; -3/2 -2], h = (1/2, 0) at odd steps, (1/2, 0) at even steps",
    "small ρ(J_k)": "W = [1 1; -2 -1], h = (0, 1/2) at odd steps, (1/2, 0) at even steps",
    "large ρ(J_k)": "W = [0 1; -3/2 2], h = (0, 0) at odd steps, (3/4, 0) at even steps",
    "large ‖W‖": "W = [0 0; 2 0], h = (0, 0) at odd steps, (0, 0) at even steps",
    "mean slope": "W = [0 1/2; 1/2 1], h = (0, 1/2) at odd steps, (0, 1/2) at even steps",
    "reversed order": "W = [1 1; -1 -1], h = (0, 0) at odd steps, (0, 1/2) at even steps",
    "ρ(W) ≤ 1": "W = [1 0; 1 1], h = (0, 0) at odd steps, (0, 0) at even steps",
    "monotone": "W = [1 1/2; -1/2 1/2], h = (0, 0) at odd steps, (0, 0) at even steps",
}


@pytest.mark.parametrize("name", SENTENCES)
def test_the_smallest_case_is_found_and_none_against_the_true_sentence(name):
    sentence = SENTENCES[name]
    assert str(smallest(sentence.refutes)) == FOUND[name]
    assert smallest(sentence.would_refute) is None


@pytest.mark.parametrize("name", SENTENCES)
def test_the_page_shows_what_is_found(name):
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    for words in (SENTENCES[name].false, SENTENCES[name].true, FOUND[name]):
        assert words in page, words


def exactly(name):
    """Return W, J_1 and J_2 of the case that was found, in SymPy's rational numbers."""
    case = smallest(SENTENCES[name].refutes)
    W = sp.Matrix([[sp.Rational(x) for x in row] for row in case.recurrent_weight])
    slopes = [
        sp.diag(*(1 - sp.Rational(x) ** 2 for x in h)) for h in (case.odd_state, case.even_state)
    ]
    return W, slopes[0] * W, slopes[1] * W


def radius(A):
    return max(sp.Abs(z) for z in sp.Matrix(A).eigenvals())


def norm(A):
    return sp.sqrt(radius(A.T * A))


def test_sympy_decides_the_cases_alike():
    W, J1, J2 = exactly("small ρ(W)")
    assert radius(W) < 1 < radius(J2 * J1)
    W, J1, J2 = exactly("small ρ(J_k)")
    assert max(radius(J1), radius(J2)) < 1 < radius(J2 * J1)
    W, J1, J2 = exactly("large ρ(J_k)")
    assert min(radius(J1), radius(J2)) > 1 > radius(J2 * J1)
    W, J1, J2 = exactly("large ‖W‖")
    assert norm(W) > 1
    assert sp.diag(*sp.symbols("a b")) * W * sp.diag(*sp.symbols("c d")) * W == sp.zeros(2)
    W, J1, J2 = exactly("mean slope")
    assert sp.Rational(7, 8) * radius(W) > 1 > radius(J2 * J1)
    W, J1, J2 = exactly("reversed order")
    assert J2 * J1 == sp.zeros(2) != J1 * J2
    W, J1, J2 = exactly("ρ(W) ≤ 1")
    n = sp.Symbol("n", integer=True, positive=True)
    assert radius(W) == 1
    assert (W**n)[1, 0] == n
    W, J1, J2 = exactly("monotone")
    assert radius(W) < 1
    assert norm(W * W) > norm(W)


@pytest.mark.parametrize(
    ("name", "steps", "log_norm"),
    [
        ("small ρ(W)", 100, (5, np.inf)),
        ("small ρ(J_k)", 100, (5, np.inf)),
        ("large ρ(J_k)", 2000, (-np.inf, -5)),
        ("mean slope", 100, (-np.inf, -5)),
    ],
)
def test_a_tanh_network_with_explicit_inputs_does_it(name, steps, log_norm):
    case = smallest(SENTENCES[name].refutes)
    W = np.array(case.recurrent_weight, dtype=float)
    odd, even = (np.array(h, dtype=float) for h in (case.odd_state, case.even_state))
    network = ElmanNetwork(W, np.eye(2), np.zeros(2))
    states = np.array([odd if k % 2 else even for k in range(1, steps + 1)])
    run = forward(network, even, inputs_realising(network, even, states))
    J = [np.diag(1 - h**2) @ W for h in run.states[1:]]
    product = functools.reduce(np.matmul, J[::-1])
    low, high = log_norm
    assert low < np.log(np.linalg.norm(product, 2)) < high
    # Differences of a shorter run, where rounding hasn't taken over.
    short = forward(network, even, run.inputs[:8])
    measured = central_difference_state_jacobian(network, short)
    tolerance = central_difference_tolerance(network, short) + 1e-12
    assert (np.abs(measured - functools.reduce(np.matmul, J[7::-1])) <= tolerance).all()


def test_the_cell_gradient_of_an_lstm():
    """∂c_T/∂c_0 is exactly 1 without forget gate: false for the smallest weight that isn't 0."""

    def cell_gradient(w):
        J = jacobian_at_rest(w, Fraction(1))
        return sum(J[1][k] * J[k][1] for k in range(2))

    values = {w: cell_gradient(w) for w in (0, 1, -1)}
    first = next(w for w, value in values.items() if value != 1)
    assert (first, values[0]) == (1, 1)
    assert by_complex_step(1, Fraction(1), 2) == pytest.approx(float(values[1]), rel=1e-12)
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert f"∂c_2/∂c_0 = {values[1]}" in page


def test_cases_are_in_order_of_size_and_each_stands_once():
    cases = planar_cases()
    W, h = cases.W.numerators.reshape(-1, 4), cases.states.reshape(-1, 4)
    table = {
        n: abs(Fraction(n, 2).numerator) + Fraction(n, 2).denominator - 1 for n in range(-4, 5)
    }
    quarters = {n: Fraction(n, 4).numerator + Fraction(n, 4).denominator - 1 for n in (0, 2, 3)}
    size = np.vectorize(table.get)(W).sum(axis=1) + np.vectorize(quarters.get)(h).sum(axis=1)
    assert (np.diff(size) >= 0).all()
    assert len(np.unique(np.hstack([W, h]), axis=0)) == len(W) == 9**4 * 3**4
