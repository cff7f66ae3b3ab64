"""The Jacobian of the LSTM at rest is that of the cell, differentiated in symbols."""

from fractions import Fraction

import pytest
import sympy as sp

from gradproof.gradients.resting_lstm import by_complex_step, jacobian_at_rest

CASES = [
    (w, forget)
    for w in (-4, -2, -1, 0, 1, 2, 3, 6)
    for forget in (Fraction(1, 2), Fraction(1), Fraction(0))
]
cases = pytest.mark.parametrize(("w", "forget"), CASES)


def times(left, right):
    return [[sum(row[k] * right[k][j] for k in range(2)) for j in range(2)] for row in left]


def power(matrix, n):
    result = [[Fraction(1), Fraction(0)], [Fraction(0), Fraction(1)]]
    for _ in range(n):
        result = times(matrix, result)
    return result


@pytest.mark.parametrize("w", [-4, -1, 0, 3])
@pytest.mark.parametrize("gated", [True, False], ids=["forget gate", "no forget gate"])
def test_it_is_the_derivative_of_the_cell(w, gated):
    h, c = sp.symbols("h c", real=True)

    def gate(weight):
        return 1 / (1 + sp.exp(-weight * h))

    # All gates have the weight 0; only the candidate sees h.
    cell = (gate(0) if gated else 1) * c + gate(0) * sp.tanh(w * h)
    after = sp.Matrix([gate(0) * sp.tanh(cell), cell])
    exact = after.jacobian([h, c]).subs({h: 0, c: 0})
    found = jacobian_at_rest(w, Fraction(1, 2) if gated else Fraction(1))
    assert sp.Matrix(found) == exact
    assert all(type(entry) is Fraction for row in found for entry in row)


@cases
def test_it_has_rank_one_and_its_powers_are_those_of_the_trace(w, forget):
    matrix = jacobian_at_rest(w, forget)
    (a, b), (c, d) = matrix
    assert a * d == b * c
    assert a + d == Fraction(w, 4) + forget
    for n in range(1, 6):
        factor = (a + d) ** (n - 1)
        assert power(matrix, n) == [[factor * entry for entry in row] for row in matrix]


@cases
@pytest.mark.parametrize("steps", [0, 1, 2, 5])
def test_the_complex_step_gives_the_entry_of_the_cell(w, forget, steps):
    exact = float(power(jacobian_at_rest(w, forget), steps)[1][1])
    # Each step rounds a few numbers; they can cancel, but never exceed 2ⁿ here.
    room = 20 * steps * 2.0**-53 * 2.0**steps
    assert by_complex_step(w, forget, steps) == pytest.approx(exact, rel=1e-15, abs=room)


def test_the_complex_step_sees_long_products():
    # w = −2: the trace is ½, and the entry falls by half a step.
    assert by_complex_step(-2, Fraction(1), 40) == pytest.approx(2.0**-39, rel=1e-13)
