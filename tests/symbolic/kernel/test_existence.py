"""What exists may be assumed, if the conclusion doesn't mention it."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.instances.instantiate import Assignment, evaluate
from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.existence import (
    Existence,
    eliminate,
    from_above,
    number_between,
    scaling_near_radius,
    semisimple_scaling,
)
from gradproof.symbolic.language.expressions import SpectralNorm, SpectralRadius
from gradproof.symbolic.language.relation import Hypothesis, Relation

D = sp.Symbol("d", integer=True, positive=True)
W, S, M = (sp.MatrixSymbol(name, D, D) for name in "WSM")
R, C = sp.symbols("r c", positive=True)
X, A, B = sp.symbols("x a b", nonnegative=True)
ONE = sp.Integer(1)


def below(left, right):
    return assume(Hypothesis.of(left, Relation.LT, right))


def between():
    return Theorem.of("between", start(A).lt(R, by=below(A, R)).lt(B, by=below(R, B)))


def test_a_number_in_between_is_eliminated():
    theorem = eliminate(between(), number_between(A, B, R), name="between")
    assert str(theorem) == "a < b"
    assert [str(h) for h in theorem.conditions] == ["a < b"]
    assert theorem.sections[-1].heading == (
        "By a number in between: for 0 ≤ a < b there is r > 0 with a < r < b"
    )


def test_only_what_is_provided_is_eliminated():
    chain = start(A).lt(R, by=below(A, R)).lt(B, by=below(R, B)).lt(X, by=below(B, X))
    theorem = eliminate(Theorem.of("t", chain), number_between(A, B, R), name="t")
    assert sorted(map(str, theorem.hypotheses)) == ["a < b", "b < x"]


def test_another_number_in_between_does_not_help():
    with pytest.raises(InputError, match="still mentions r"):
        eliminate(between(), number_between(A, X, R), name="t")


@pytest.mark.parametrize(
    "attack",
    [
        lambda: number_between(A, R + 1, R),
        lambda: number_between(R, B, R),
        lambda: number_between(A, B, sp.Symbol("r", nonnegative=True)),
        lambda: number_between(sp.Symbol("y", real=True), B, R),
        lambda: scaling_near_radius(W, C, S, M, C),
        lambda: scaling_near_radius(W, R, W, M, C),
        lambda: scaling_near_radius(W, R, S, sp.MatrixSymbol("M", 2, 2), C),
        lambda: semisimple_scaling(W, S, M, ONE),
    ],
)
def test_existence_needs_new_symbols_of_the_right_kind(attack):
    with pytest.raises(InputError):
        attack()


def test_what_exists_may_not_stay_in_what_it_needs():
    # ρ(W) < 2 c would speak about the c that is to exist.
    chain = start(X).le(A, by=assume(Hypothesis.of(X, Relation.LE, A)))
    with pytest.raises(InputError, match="still mentions c"):
        eliminate(Theorem.of("t", chain), scaling_near_radius(W, 2 * C, S, M, C), name="t")


def test_existence_is_not_made_by_hand():
    with pytest.raises(InputError, match="made by hand"):
        Existence("e", "0 = 1", None, frozenset(), frozenset(), frozenset())


def test_what_the_scaling_provides_can_be_met():
    # d = 2: W = Q (Λ + N) Qᴴ, scaled by diag(1, s) as the docstring says, at a defective W.
    provided = scaling_near_radius(W, R, S, M, C).provided
    assert sorted(map(str, provided)) == [
        "S is invertible",
        "W = S M S⁻¹",
        "‖M‖ ≤ r",
        "‖S‖ ‖S⁻¹‖ ≤ c",
    ]
    block, s = np.array([[0.5, 5.0], [0.0, 0.5]]), 0.01
    scale = np.diag([1.0, s])
    scaled = np.linalg.inv(scale) @ block @ scale
    condition = np.linalg.norm(scale, 2) / s
    values = {D: 2, W: block, S: scale, M: scaled, R: 0.6, C: condition}
    assignment = Assignment(np.random.default_rng(0), values=dict(values))
    for hypothesis in provided:
        proposition = hypothesis.proposition
        if proposition is not None:
            left, right = (evaluate(e, assignment) for e in (proposition.left, proposition.right))
            if proposition.relation is Relation.EQ:
                np.testing.assert_allclose(left, right, rtol=1e-12)
            else:
                assert left <= right
    assert np.linalg.norm(block, 2) > 0.6, "so the scaling is needed"


def conclusion_for_every_r(c=A):
    law = assume(Hypothesis.of(c, Relation.LT, R))
    small = assume(Hypothesis.of(X, Relation.LE, c))
    return Theorem.of("every r", start(X).le(c, by=small).le(R, by=law))


def test_what_is_below_every_r_above_c_is_below_c():
    theorem = from_above(conclusion_for_every_r(), R, name="limit")
    assert str(theorem) == "x ≤ a"
    assert [str(h) for h in theorem.conditions] == ["x ≤ a"]


def test_from_above_needs_r_nowhere_else():
    law = assume(Hypothesis.of(A, Relation.LT, R))
    other = assume(Hypothesis.of(X, Relation.LE, A))
    fixed = assume(Hypothesis.of(R, Relation.LE, ONE))
    chain = start(X).le(A, by=other).lt(R, by=law).le(ONE, by=fixed)
    for theorem in (Theorem.of("t", chain), between()):
        with pytest.raises(InputError, match="for all r above a constant"):
            from_above(theorem, R, name="t")


def test_from_above_needs_a_bound_that_is_not_negative():
    y = sp.Symbol("y", real=True)
    with pytest.raises(InputError, match="for all r above a constant"):
        from_above(conclusion_for_every_r(y), R, name="t")


def test_a_strict_conclusion_does_not_pass_to_the_limit():
    theorem = Theorem.of("t", start(A).lt(R, by=below(A, R)))
    with pytest.raises(InputError, match="for all r above a constant"):
        from_above(theorem, R, name="t")


def test_the_radius_is_a_scaled_norm_in_the_limit_only():
    norm_at_most = assume(Hypothesis.of(SpectralNorm(M), Relation.LE, R))
    theorem = Theorem.of("t", start(SpectralNorm(M)).le(R, by=norm_at_most))
    with pytest.raises(InputError, match="still mentions M"):
        eliminate(theorem, scaling_near_radius(W, R, S, M, C), name="t")
    assert SpectralRadius(W).is_nonnegative
