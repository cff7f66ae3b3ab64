"""Interval bounds hold exactly: compared with the exact suprema, in balls of 200 bits."""

import flint
import numpy as np
import pytest

from gradproof.arrays import UNIT_ROUNDOFF
from gradproof.gradients.activations import LOGISTIC, TANH
from gradproof.gradients.smooth_activations import ARCTAN, IDENTITY, SOFTPLUS

ALL = [TANH, LOGISTIC, IDENTITY, SOFTPLUS, ARCTAN]
by_name = pytest.mark.parametrize("activation", ALL, ids=lambda activation: activation.name)


@pytest.fixture(autouse=True)
def precise():
    before = flint.ctx.prec
    flint.ctx.prec = 200
    yield
    flint.ctx.prec = before


def tanh(z):
    t, s = z.tanh(), 1 / z.cosh() ** 2
    return s, abs(2 * t * s), abs(2 * s * (1 - 3 * t**2))


def logistic(z):
    first, second, third = tanh(z / 2)
    return first / 4, second / 8, third / 16


def softplus(z):
    return 1 / (1 + (-z).exp()), *logistic(z)[:2]


def arctan(z):
    p = 1 / (1 + z * z)
    return p, abs(2 * z * p**2), abs(2 * p**2 * (3 - 4 * p))


def turns(name):
    """The points z > 0 where |φ″| and |φ‴| turn from rising to falling."""
    third = flint.arb(1) / 3
    of_tanh = [third.sqrt().atanh(), (2 * third).sqrt().atanh()]
    return {
        "tanh": of_tanh,
        "logistic": [2 * z for z in of_tanh],
        "softplus": [2 * z for z in of_tanh],
        "identity": [],
        "arctan": [third.sqrt(), flint.arb(1)],
    }[name]


DERIVATIVES = {
    "tanh": tanh,
    "logistic": logistic,
    "identity": lambda z: (flint.arb(1), flint.arb(0), flint.arb(0)),
    "softplus": softplus,
    "arctan": arctan,
}


def suprema(name, low, high):
    """The three suprema on [low, high]: each is at an end, at 0, or at a turn."""
    inside = [z for turn in turns(name) for z in (turn, -turn) if low <= z and z <= high]
    points = [low, high, *inside] + ([flint.arb(0)] if low <= 0 <= high else [])
    values = [DERIVATIVES[name](point) for point in points]
    return [[value[order] for value in values] for order in range(3)]


def intervals(name):
    rng = np.random.default_rng(3)
    small = [2.0**-k * x for k in (0, 3, 20) for x in rng.uniform(0, 1, 10)]
    centres = [0.0, 1.0, 0.57, 0.62, 0.66, 0.7, 0.9, 1.2, 1.35, 1.7, 2.3, 3.0, 8.0, *small]
    for turn in turns(name):
        # The neighbours of the turn, and points up to 320u beside it on either side.
        near = [*range(-3, 4), *range(-160, 161, 8)]
        centres += [float(turn.mid()) * (1 + 2 * k * UNIT_ROUNDOFF) for k in near]
    return [(sign * c, r) for c in centres for sign in (1, -1) for r in (0.0, 1e-15, 0.01, 0.15)]


@by_name
def test_a_bound_is_never_below_the_exact_supremum(activation):
    drawn = intervals(activation.name)
    centre, radius = (np.array(column) for column in zip(*drawn, strict=True))
    bounds = activation.derivatives_upper(centre, radius)
    for index, (c, r) in enumerate(drawn):
        low, high = flint.arb(float(c)) - float(r), flint.arb(float(c)) + float(r)
        for bound, values in zip(bounds, suprema(activation.name, low, high), strict=True):
            upper = flint.arb(float(bound[index]))
            assert not any(upper < value for value in values), (c, r)


@by_name
def test_bounds_have_the_shape_of_both_arguments(activation):
    centre, radius = np.array([[0.5], [-1.0]]), np.array([[0.0, 0.25, 3.0]])
    bounds = activation.derivatives_upper(centre, radius)
    for i, c in enumerate(centre[:, 0]):
        for j, r in enumerate(radius[0]):
            single = activation.derivatives_upper(np.array([c]), np.array([r]))
            assert [bound[i, j] for bound in bounds] == [bound[0] for bound in single]
    assert [bound.shape for bound in bounds] == [(2, 3)] * 3


@pytest.mark.parametrize("activation", [SOFTPLUS, ARCTAN], ids=lambda activation: activation.name)
def test_an_interval_whose_end_overflows_gives_the_suprema_without_a_warning(activation):
    centre = np.array([1.5e308, -1.5e308])
    first, second, third = activation.derivatives_upper(centre, np.abs(centre))
    assert (first <= activation.slope_upper).all()
    assert second.tolist() == [activation.second_upper] * 2
    assert (third >= activation.third_upper * (1 - 1e-12)).all()
