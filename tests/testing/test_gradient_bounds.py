"""False bounds are violated by small witnesses, exactly where rational; true ones hold."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from gradproof.errors import InputError
from gradproof.gradients.activations import LOGISTIC, TANH
from gradproof.strategies.matrices import dyadics, matrices
from gradproof.testing import BoundError, assert_gradient_bound, check_gradient_bound


def exact_norm(report):
    """‖D_n W ⋯ D_1 W‖ by SymPy, of a tanh network."""
    W = sp.Matrix([[sp.Rational(Fraction(x)) for x in row] for row in report.witness["W"]])
    product = sp.eye(W.rows)
    for state in report.witness["states"]:
        product = sp.diag(*(1 - sp.Rational(Fraction(h)) ** 2 for h in state)) * W * product
    return sp.sqrt(max((product.T * product).eigenvals(), key=sp.N))


@pytest.mark.parametrize(
    ("options", "units", "steps"),
    [
        ({"upper": 1.0}, 1, 1),
        ({"upper": lambda W, n: max(abs(np.linalg.eigvals(W))) ** n}, 2, 1),
        ({"lower": 0.5}, 1, 1),
        ({"lower": lambda n, slopes: slopes.min() ** n}, 1, 1),
        ({"upper": lambda W, n, slopes: (slopes.mean() * np.linalg.norm(W, 2)) ** n}, 2, 3),
    ],
)
def test_false_bounds_have_small_exact_witnesses(options, units, steps):
    report = check_gradient_bound(**options)
    assert report.witness is not None
    assert report.exact
    assert len(report.witness["W"]) <= units
    assert report.witness["n"] <= steps
    norm = float(exact_norm(report))
    assert norm == pytest.approx(report.measured, rel=1e-9)
    assert norm > report.bound if "upper" in options else norm < report.bound


@pytest.mark.parametrize(
    "options",
    [
        {"upper": "product_norm_upper"},
        {"lower": "product_norm_lower"},
        {"lower": "product_determinant"},
        {"lower": 0.0},
        {"upper": lambda W, n: np.linalg.norm(W, "fro") ** n},
    ],
)
@pytest.mark.parametrize("activation", [TANH, LOGISTIC], ids=str)
def test_true_bounds_hold(options, activation):
    assert_gradient_bound(activation, **options)


def test_a_true_bound_that_is_made_a_little_too_small_is_violated():
    report = check_gradient_bound(
        upper=lambda W, n, gamma: 0.99 * (gamma * np.linalg.norm(W, 2)) ** n
    )
    assert report.exact
    assert report.measured > report.bound


def test_the_witness_is_code_that_shows_the_violation(capsys):
    with pytest.raises(BoundError, match="VIOLATED") as caught:
        assert_gradient_bound(upper=1.0)
    exec(caught.value.report.code, {})
    assert float(capsys.readouterr().out) > 1


def gated(h, x, W, V):
    gate = 1 / (1 + np.exp(-(V @ h)))
    return gate * h + (1 - gate) * np.tanh(W @ h + x)


def weights(d):
    entries = dyadics(16)
    return {"W": matrices(d, d, entries), "V": matrices(d, d, entries)}


def test_a_cell_of_ones_own_is_attacked():
    with pytest.raises(BoundError, match="measured by differences") as caught:
        assert_gradient_bound(gated, parameters=weights, upper=1.0)
    witness = caught.value.report.witness
    assert len(witness["W"]) == len(witness["inputs"]) == 1
    # |∂h_k/∂h_{k−1}| ≤ 1 + |W| + (|h| + 1)|V|/4 with |h| ≤ 1 for one unit and one step.
    assert_gradient_bound(
        gated,
        parameters=weights,
        upper=lambda W, V: 1 + abs(W.item()) + abs(V.item()) / 2,
        most_units=1,
        most_steps=1,
    )


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "give one of them"),
        ({"upper": 1.0, "lower": 1.0}, "give one of them"),
        ({"upper": "no theorem"}, "is no theorem here"),
        ({"upper": -1.0}, "give r ≥ 0"),
        ({"upper": lambda V: 1.0}, "takes V"),
    ],
)
def test_what_is_no_bound_is_refused(options, problem):
    with pytest.raises(InputError, match=problem):
        check_gradient_bound(**options)


def test_a_cell_needs_parameters():
    with pytest.raises(InputError, match="parameters is missing"):
        check_gradient_bound(gated, upper=1.0)


def test_the_same_seed_finds_the_same():
    reports = [check_gradient_bound(upper=1.5, seed=3) for _ in range(2)]
    assert reports[0] == reports[1]
