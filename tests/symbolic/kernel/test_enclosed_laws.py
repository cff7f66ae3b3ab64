"""Ball arithmetic: what holds with room is accepted, what is false or undecided isn't."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import arb, ctx, fmpq

from gradproof.errors import InputError, StepRefusedError
from gradproof.symbolic.kernel import enclosed
from gradproof.symbolic.kernel.conditional import absolute_value_by, range_of, root_by
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.enclosed import enclosed_on_line, enclosed_value
from gradproof.symbolic.kernel.modulus import modulus_by
from gradproof.symbolic.language.expressions import ActivationValue
from gradproof.symbolic.language.relation import Relation
from gradproof.verdict import Grade

Z, X = sp.symbols("z x", real=True)
P, Q = sp.Symbol("z", positive=True), sp.Symbol("z", negative=True)
LAW = enclosed_on_line(Z)
EQ, LE, LT, GE, GT = Relation.EQ, Relation.LE, Relation.LT, Relation.GE, Relation.GT
ONE, ZERO, TINY = sp.Integer(1), sp.Integer(0), sp.Rational(1, 10**6)
E_Z = sp.exp(Z)


def erf(z):
    return ActivationValue("erf", 0, z)


def bell(z):
    return sp.exp(-(z**2))


# f with sup f, to six places below and above.
SUPREMA = {
    "z e^(−z²)": (Z * bell(Z), sp.exp(-sp.S.Half) / sp.sqrt(2)),
    "z² e^(−z²)": (Z**2 * bell(Z), sp.exp(-1)),
    "the slope of the logistic function": (E_Z / (1 + E_Z) ** 2, sp.Rational(1, 4)),
    "a bump beside the middle": (bell(Z - 3), ONE),
    "erf": (erf(Z), ONE),
    "−erf": (erf(-2 * Z), ONE),
    "erf²": (erf(Z / sp.sqrt(2)) ** 2, ONE),
    "a limit at −∞": (1 / (1 + E_Z), ONE),
}


@pytest.mark.parametrize("name", SUPREMA)
def test_a_bound_above_the_supremum_is_accepted_and_one_below_is_refused(name):
    function, supremum = SUPREMA[name]
    value = sp.Rational(str(sp.N(supremum, 20)))
    assert LAW.refuses(function, LT, value + TINY) is None
    assert LAW.refuses(function, LE, value + TINY) is None
    assert LAW.refuses(value + TINY, GT, function) is None
    assert LAW.refuses(function, LE, value - TINY * 10) is not None


@pytest.mark.parametrize(
    ("left", "relation", "right"),
    [
        (E_Z, LT, ONE),
        (Z, LT, sp.Integer(1000)),
        (bell(Z), LT, ONE - TINY),
        (bell(Z), LT, ONE),  # equal at 0
        (bell(Z), LE, ONE),  # true, but not with room to spare
        (bell(Z), EQ, bell(Z)),
        (ZERO, LT, Z * bell(Z)),
        (erf(Z), LT, ONE - TINY),
        (Z**3 * sp.exp(-Z), LT, sp.Integer(2)),  # → −∞ at −∞, above 1.34 at 3 only: refused below
        (X * bell(Z), LT, ONE + TINY),
        (1 / Z, LT, 2 + E_Z),
        (sp.Abs(Z) * bell(Z), LT, ONE),  # |z| isn't among what is enclosed
        (ActivationValue("tanh", 0, Z), LT, sp.Integer(2)),
        (ActivationValue("erf", 1, Z), LT, sp.Integer(2)),
        (E_Z, GT, bell(Z)),
        (-(Z**2) * E_Z, LT, -ONE),
    ],
    ids=str,
)
def test_what_is_false_or_beyond_balls_is_refused(left, relation, right):
    if left == Z**3 * sp.exp(-Z):
        right = sp.Rational(13, 10)
    assert LAW.refuses(left, relation, right) is not None


def test_half_lines():
    above, below = enclosed_on_line(P), enclosed_on_line(Q)
    assert above.refuses(sp.exp(-P), LT, ONE + TINY) is None
    assert above.refuses(sp.exp(-P), LT, ONE - TINY) is not None
    assert above.refuses(sp.exp(P), LT, ONE + TINY) is not None
    assert below.refuses(sp.exp(Q), LT, ONE + TINY) is None
    assert below.refuses(Q * sp.exp(Q), GT, -sp.Rational(3679, 10000)) is None
    assert below.refuses(Q * sp.exp(Q), GT, -sp.Rational(3678, 10000)) is not None
    assert below.refuses(sp.exp(-Q), LT, sp.Integer(10**6)) is not None


@pytest.mark.parametrize("bump", [5, 9, 20, 40, -5, -9, -20, -40])
def test_a_narrow_bump_is_not_overlooked(bump):
    # Its height is 1 at z = bump: however far out, a bound of 1/2 is false.
    assert LAW.refuses(sp.exp(-((Z - bump) ** 2)), LT, ONE / 2) is not None
    assert LAW.refuses(sp.exp(-((Z - bump) ** 2)), LT, ONE + TINY) is None


@pytest.mark.parametrize("far", [30, 300])
def test_what_fails_far_out_is_refused(far):
    # e^(z − far) passes 1 at z = far; z⁴ e^(−z/far) has its maximum at 4·far.
    assert LAW.refuses(sp.exp(Z - far), LT, ONE) is not None
    above = enclosed_on_line(P)
    top = (4 * far) ** 4 * sp.exp(-4)
    # erf(z/1000) passes −1/2 at −477.
    assert LAW.refuses(erf(Z / 1000), GT, -ONE / 2) is not None
    assert enclosed_on_line(Q).refuses(ZERO, LT, 1 / Q) is not None
    # erf(z/1000) + e^(−z/100) is below 1/2 at z = 300, between a fall and a rise.
    assert above.refuses(erf(P / 1000) + sp.exp(-P / 100), GT, ONE / 2) is not None
    lower = sp.Rational(int(top) - 1)
    assert above.refuses(P**4 * sp.exp(-P / far), LT, lower) is not None


@pytest.mark.parametrize("z", [sp.Symbol("z"), sp.Symbol("z", integer=True), Z + 1, ONE], ids=str)
def test_only_a_plain_real_symbol_ranges_over_the_line(z):
    with pytest.raises(InputError, match="declared real, positive or negative"):
        enclosed_on_line(z)


@pytest.mark.parametrize(
    ("left", "relation", "right", "holds"),
    [
        (sp.pi, LT, sp.Rational(22, 7), True),
        (sp.pi, GT, sp.Rational(22, 7), False),
        (sp.exp(1), GT, sp.Rational(2718, 1000), True),
        (erf(ONE), LT, sp.Rational(843, 1000), True),
        (erf(ONE), LT, sp.Rational(842, 1000), False),
        (sp.sqrt(2), LT, sp.Rational(141421357, 10**8), True),
        (sp.sqrt(2) * sp.sqrt(3), LE, sp.sqrt(6) * ONE, False),  # equal: no room
        (sp.exp(X), LT, 2 + sp.exp(X), True),
        (sp.exp(X), LT, ONE, False),
    ],
    ids=str,
)
def test_constants(left, relation, right, holds):
    assert (enclosed_value().refuses(left, relation, right) is None) is holds


def test_the_precision_of_flint_is_left_as_it_was():
    before = ctx.prec
    LAW.refuses(bell(Z), LT, 2 * ONE)
    LAW.refuses(sp.Abs(Z), LT, ONE)
    assert ctx.prec == before


def test_a_search_that_ends_without_an_answer_says_so(monkeypatch):
    monkeypatch.setattr(enclosed, "_MOST_PARTS", 10)
    assert "isn't decided near" in LAW.refuses(bell(Z), LT, ONE + TINY)


def test_what_balls_decide_is_enclosed_in_every_theorem_that_rests_on_it():
    wide = Theorem.of("wide", start(bell(Z)).lt(ONE + TINY, by=LAW))
    assert wide.grade is Grade.ENCLOSED
    used = Theorem.of("used", start(2 * bell(Z)).lt(2 * ONE + 2 * TINY, by=wide.law()))
    assert used.grade is Grade.ENCLOSED
    assert used.law({Z: ONE}).grade is Grade.ENCLOSED
    below = Theorem.of("below", start(bell(Z)).gt(-ONE - TINY, by=LAW))
    low, high = (
        Theorem.of("t", start(erf(Z))._add(relation, bound, LAW))
        for relation, bound in ((GT, -2 * ONE), (LT, 2 * ONE))
    )
    positive = Theorem.of("t", start(ZERO).lt(2 + erf(Z), by=LAW))
    squared = Theorem.of("t", start((1 + bell(Z)) ** 2).le(5 * ONE, by=LAW))
    for law in (
        modulus_by(bell(Z), ONE + TINY, above=below, below=wide),
        range_of(erf(Z), above=low, below=high),
        absolute_value_by(positive),
        root_by(squared, {}),
    ):
        assert law.grade is Grade.ENCLOSED


def test_the_modulus_needs_both_sides():
    x, two = erf(Z), sp.Integer(2)
    below = Theorem.of("t", start(x).lt(two, by=LAW))
    above = Theorem.of("t", start(x).gt(-two, by=LAW))
    lesser = Theorem.of("t", start(x).gt(-two - 1, by=LAW))
    law = modulus_by(x, two, above=above, below=below)
    assert start(sp.Abs(x)).le(two, by=law).steps
    for pair in ((below, below), (above, above), (below, above), (lesser, below)):
        with pytest.raises(InputError, match="is the theorem"):
            modulus_by(x, two, above=pair[0], below=pair[1])
    with pytest.raises(InputError, match="is the theorem"):  # −2 ≤ x and x ≤ 2, turned round
        modulus_by(x, -two, above=below, below=above)
    for left, relation, right in (
        (sp.Abs(x), LE, ONE),
        (sp.Abs(Z), LE, two),
        (-sp.Abs(x), LE, -two),
        (sp.Abs(x), LT, two),
        (sp.Abs(erf(X)), LE, two),
    ):
        with pytest.raises(StepRefusedError):
            start(left)._add(relation, right, law)
    with pytest.raises(InputError, match="give a theorem"):
        modulus_by(x, two, above="x", below=below)


def test_integer_powers_of_a_ball_are_of_either_sign():
    for n in (-3, -1, 0, 2):
        assert enclosed._integer_power(arb(2), n).contains(fmpq(2) ** n)
        assert enclosed._integer_power(arb(2), n).rel_accuracy_bits() > 40


def test_an_equation_is_refused_since_balls_show_none():
    assert LAW.refuses(E_Z, EQ, E_Z) == "it gives inequalities"
