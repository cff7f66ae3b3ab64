"""Numbers at an instance: exact where they are rational, enclosed elsewhere, never guessed."""

from fractions import Fraction

import pytest
from flint import acb, arb, fmpq

from gradproof.hypotheses.values import Dual, Number, UndecidedValueError, maximum, minimum

THIRD = Number.of(Fraction(1, 3))
TWO = Number.of(2)
ROOT = TWO.root(2)


def test_rational_arithmetic_is_exact():
    assert ((THIRD + THIRD) * 3 - 2).exact == (0, 0)
    assert THIRD.inverse().fraction == 3
    i = Number.of(1j)
    assert (i * i).fraction == -1
    assert i.inverse().exact == (0, -1)
    assert abs(Number.of(3 + 4j)).fraction == 5


def test_an_irrational_number_is_enclosed_and_its_equality_left_open():
    assert ROOT.exact is None
    assert (ROOT * ROOT).equals(TWO) is None
    assert ROOT.equals(Number.of(1)) is False
    assert (ROOT.is_below(TWO), TWO.is_below(ROOT), ROOT.is_below(ROOT)) == (True, False, None)


@pytest.mark.parametrize(
    ("value", "n", "root"), [(Fraction(9, 4), 2, Fraction(3, 2)), (27, 3, 3), (0, 2, 0)]
)
def test_rational_roots_are_exact(value, n, root):
    assert Number.of(value).root(n).fraction == root


def test_a_ball_without_a_radius_is_a_rational_number():
    assert Number.of(arb(1) / 4).fraction == Fraction(1, 4)
    assert Number.of(arb(fmpq(1, 3))).exact is None


@pytest.mark.parametrize("ball", [arb("nan"), arb("inf"), acb(1, arb("nan"))])
def test_what_is_not_finite_is_no_number(ball):
    with pytest.raises(UndecidedValueError, match="isn't finite"):
        Number.of(ball)


def test_no_root_of_what_may_be_negative():
    for value in (Number.of(-1), Number.of(arb(0, 1)), Number.of(1j)):
        with pytest.raises(UndecidedValueError):
            value.root(2)
    assert Number.of(arb(0, 1)).nonnegative.root(2).real.contains(1)


@pytest.mark.parametrize("zero", [Number.of(0), Number.of(arb(0, 1))])
def test_nothing_is_divided_by_what_may_be_zero(zero):
    with pytest.raises(UndecidedValueError, match="denominator"):
        zero.inverse()


def test_complex_numbers_are_not_ordered():
    with pytest.raises(UndecidedValueError, match="real"):
        Number.of(1j).is_below(ROOT)


def test_powers():
    assert THIRD.power(Fraction(-2)).fraction == 9
    assert Number.of(4).power(Fraction(3, 2)).fraction == 8
    assert Number.of(0).power(Fraction(0)).fraction == 1
    with pytest.raises(UndecidedValueError, match="large"):
        TWO.power(Fraction(10**6))


def test_extremes_are_exact_where_that_is_certain():
    assert maximum([THIRD, TWO, ROOT]).fraction == 2
    assert minimum([THIRD, TWO, ROOT]).fraction == Fraction(1, 3)
    largest = maximum([THIRD, ROOT])
    assert largest.exact is None
    assert largest.equals(ROOT) is None
    wide = Number.of(arb(2, 1))
    assert maximum([wide, TWO]).ball.real.contains(3)


def test_dual_numbers_obey_the_rules_of_derivatives():
    x = Dual(Number.of(3), [Number.of(1), Number.of(0)])
    y = Dual(Number.of(5), [Number.of(0), Number.of(1)])
    product = x * y - 2 * x + 1 - y
    assert product.value.fraction == 15 - 6 + 1 - 5
    assert [part.fraction for part in product.parts] == [5 - 2, 3 - 1]
    assert [part.fraction for part in (Number.of(2) - x).parts] == [-1, 0]
    assert [part.fraction for part in (TWO * x + TWO).parts] == [2, 0]
