"""What theorems and the rules of proof say when they refuse, word for word."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

from gradproof.errors import InputError, StepRefusedError
from gradproof.symbolic.kernel.assumptions import assume, define
from gradproof.symbolic.kernel.calculus import chain_rule_through
from gradproof.symbolic.kernel.cases import between, by_cases
from gradproof.symbolic.kernel.chain import Chain
from gradproof.symbolic.kernel.derivation import Theorem, by_induction, start
from gradproof.symbolic.kernel.identification import identify
from gradproof.symbolic.kernel.laws import ALGEBRA, NONNEGATIVE_DIFFERENCE
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import (
    Jacobian,
    LimitSuperior,
    Preactivation,
    State,
    Trace,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.language.seal import KERNEL

EQ, LE, LT, GE = Relation.EQ, Relation.LE, Relation.LT, Relation.GE
D, K = sp.symbols("d k", integer=True, positive=True)
N = sp.Symbol("n", integer=True, nonnegative=True)
X, Y, Z = sp.symbols("x y z", real=True)
P, R = sp.symbols("p r", positive=True)
Q = sp.Symbol("q", negative=True)
A, B, V = (sp.MatrixSymbol(name, D, D) for name in "ABV")
U = sp.MatrixSymbol("u", D, 1)
ZERO, ONE = sp.Integer(0), sp.Integer(1)
SAME = Proposition(X, EQ, X)
STEP = Step(Y, EQ, Y, ALGEBRA)
ITSELF = start(X).eq(X, by=ALGEBRA)


def h(k, name="h"):
    return State(name, k, D)


def given(left, relation, right, name="given"):
    left, right = sp.sympify(left), sp.sympify(right)
    chain = start(left)._add(relation, right, assume(Hypothesis.of(left, relation, right)))
    return Theorem.of(name, chain)


def by_hand():
    theorem = given(X, LE, Y)
    return replace(theorem, seal=None)


def of_proposition(proposition):
    theorem = given(X, LE, Y)
    return Theorem("t", proposition, frozenset(), theorem.sections, None, KERNEL)


def twice_defined():
    first, second = define(h(K), A * h(K - 1)), define(h(K), B * h(K - 1))
    return Theorem.of("t", start(A * h(0)).eq(h(1), by=first).eq(B * h(0), by=second))


def in_a_circle():
    z, y = (Preactivation(name, K, D) for name in "zy")
    chain = start(z).eq(y + h(K - 1), by=define(z, y + h(K - 1)))
    return Theorem.of("t", chain.eq(-z + h(K - 1), by=define(y, -z)))


def forgets_states():
    law = chain_rule_through(h(K))
    split = Jacobian(h(K + 1), h(K)) * Jacobian(h(K), h(K - 1))
    chain = start(Jacobian(h(K + 1), h(K - 1))).eq(split, by=law)
    feed = define(h(K), h(K - 1) + h(K, "g") + h(K, "f"))
    inner = h(K) + h(K + 1, "g") + h(K + 1, "f")
    return Theorem.of("t", chain.eq(Jacobian(inner, h(K)) * Jacobian(h(K), h(K - 1)), by=feed))


def two_of_one_name():
    return given(X, LE, sp.Symbol("x", positive=True))


def induction(index=N, proposition=SAME, base=ITSELF, step=lambda _: ITSELF):
    return by_induction("t", index, proposition, base, step)


POWERS = Proposition(R**N, EQ, R**N)


def under_a_limit():
    limit = LimitSuperior(R**N, N)
    return induction(proposition=Proposition(limit, EQ, limit))


def about_one_n():
    small = Proposition(R * N, LE, X)
    base = start(ZERO).le(X, by=assume(Hypothesis.of(ZERO, LE, X)))
    law = assume(Hypothesis.of(R * (N + 1), LE, X))
    return induction(proposition=small, base=base, step=lambda _: start(R * (N + 1)).le(X, by=law))


def proves_another(base):
    return induction(proposition=POWERS, base=base, step=lambda _: start(R).eq(R, by=ALGEBRA))


REFUSED_THEOREMS = [
    (by_hand, "Theorem was made by hand; use Theorem.of or by_induction"),
    (lambda: of_proposition("x ≤ y"), "proposition is 'x ≤ y'; give a Proposition"),
    (
        lambda: of_proposition(Proposition(A, LE, B)),
        "proposition is A ≤ B: matrices aren't ordered by “≤”; state another",
    ),
    (lambda: Theorem.of("t", start(X)), "chain has no step; add at least one"),
    (lambda: Theorem.of("t", "x = x"), "chain has no step; add at least one"),
    (
        lambda: given(X, LE, Y).preceded_by(given(Y, LE, X, "other")),
        "lemmas hold other, which isn't used; leave it out",
    ),
    (twice_defined, "hypotheses define h twice; use one definition of it"),
    (in_a_circle, "hypotheses define y, z in a circle; define them in turn"),
    (forgets_states, "hypotheses forget the state f, g; stack all states into one"),
    (two_of_one_name, "proposition has two symbols called x; rename one"),
    (
        lambda: given(N, LE, X).law({N: -ONE}),
        "values −1 doesn't satisfy what is assumed of n; choose others",
    ),
    (lambda: Chain(X, (STEP,)), f"steps don't fit at {STEP}; add them by eq, le, lt, ge, gt"),
    (lambda: Chain(X, ("x = x",)), "steps don't fit at x = x; add them by eq, le, lt, ge, gt"),
    (lambda: induction(index=X), "index is x; use a non-negative integer symbol"),
    (lambda: induction(index=K), "index is k; use a non-negative integer symbol"),
    (lambda: induction(proposition="x = x"), "proposition is 'x = x'; give a Proposition"),
    (
        under_a_limit,
        (
            "index n is bound, nothing can be put in its place or contain it; use an index "
            "that is free"
        ),
    ),
    (about_one_n, "step assumes “r (n + 1) ≤ x”, about one n; assume nothing about it"),
    (lambda: induction(base="x = x"), "chain is 'x = x'; give a chain"),
    (
        lambda: induction(base=start(Y).eq(Y, by=ALGEBRA)),
        "chain establishes y = y; establish x = x",
    ),
    (
        lambda: proves_another(start(R).eq(R, by=ALGEBRA)),
        "chain establishes r = r; establish 1 = 1",
    ),
    (
        lambda: proves_another(start(ONE).eq(ONE, by=ALGEBRA)),
        "chain establishes r = r; establish rⁿ⁺¹ = rⁿ⁺¹",
    ),
]


def refused_words(call):
    with pytest.raises(InputError) as refused:
        call()
    return str(refused.value)


@pytest.mark.parametrize(
    ("call", "message"), REFUSED_THEOREMS, ids=[m.split()[0] for _, m in REFUSED_THEOREMS]
)
def test_what_makes_no_theorem_is_named(call, message):
    assert refused_words(call) == message


# --- Cases and identification ---------------------------------------------------------------------

POSITIVE = Proposition(ZERO, LT, Z**2 + 1)


def piece(z):
    return Theorem.of("piece", start(ZERO).lt(z**2 + 1, by=NONNEGATIVE_DIFFERENCE))


def cases(*pieces, z=Z, proposition=POSITIVE, cuts=(0,)):
    found = [piece(p) if isinstance(p, sp.Basic) else p for p in pieces]
    return by_cases("t", z, proposition, found, cuts=cuts)


def assuming(hypothesis, z):
    """Return 0 < z² + 1, where the hypothesis x ≤ y is used and undone."""
    x, y = hypothesis.proposition.left, hypothesis.proposition.right
    chain = start(x - y).le(ZERO, by=assume(hypothesis))
    return Theorem.of("t", chain.lt(z**2 + 1, by=NONNEGATIVE_DIFFERENCE))


def below_zero(hypothesis):
    x, y = hypothesis.proposition.left, hypothesis.proposition.right
    given_for_each = [assuming(hypothesis, z) for z in (Q, ZERO, P)]
    return cases(*given_for_each, proposition=Proposition(x - y, LT, Z**2 + 1))


def below_z():
    """Return x < z² + 2 from x ≤ z ≤ 1, for one z."""
    upward, bounded = (assume(Hypothesis.of(*h)) for h in ((X, LE, Z), (Z, LE, ONE)))
    chain = start(X).le(Z, by=upward).le(ONE, by=bounded)
    split = [chain.lt(z**2 + 2, by=NONNEGATIVE_DIFFERENCE) for z in (Q, ZERO, P)]
    found = [Theorem.of("t", case) for case in split]
    return cases(*found, proposition=Proposition(X, LT, Z**2 + 2))


def against(matrix, direction=V):
    return Trace(sp.MatMul(sp.Transpose(matrix), direction))


def equal_traces(relation=EQ):
    law = assume(Hypothesis.of(A, EQ, B))
    return Theorem.of("t", start(against(A))._add(relation, against(B), law))


def one_direction():
    law = assume(Hypothesis.of(against(A), EQ, against(B)))
    return Theorem.of("t", start(against(A)).eq(against(B), by=law))


def identified(theorem=None, direction=V, left=A, right=B):
    return identify(theorem or equal_traces(), direction, left, right, name="t")


REFUSED_RULES = [
    (lambda: cases(Q, ZERO, P, z=P), "z is p; give a symbol declared real"),
    (
        lambda: cases(Q, ZERO, P, proposition="0 < z²"),
        "proposition is '0 < z²'; give a Proposition",
    ),
    (lambda: cases(Q, ZERO, P, cuts=()), "cuts are (); give rational numbers that increase"),
    (
        lambda: cases(Q, ZERO, P, cuts=(1, 0)),
        "cuts are (1, 0); give rational numbers that increase",
    ),
    (
        lambda: cases(Q, ZERO, P, cuts=(sp.pi,)),
        "cuts are (pi,); give rational numbers that increase",
    ),
    (lambda: cases(Q, P), "cases are 2; give 3"),
    (lambda: cases(Q, ZERO, P, cuts=(0, 1)), "cases are 3; give 5"),
    (lambda: cases(Q, "0 < 1", P), "cases hold '0 < 1'; give theorems"),
    (
        lambda: cases(P + 1, ZERO, P),
        "cases hold “0 < (p + 1)² + 1”; prove 0 < z² + 1 in the case z < 0",
    ),
    (lambda: cases(Q, ONE, P), "cases hold “0 < 2”; prove 0 < z² + 1 in the case z = 0"),
    (lambda: cases(Q, ZERO, Q), "cases hold “0 < q² + 1”; prove 0 < z² + 1 in the case z > 0"),
    (
        lambda: cases(Q, ZERO, P, ONE, 1 + P, cuts=(0, 1)),
        "cases hold “0 < p² + 1”; prove 0 < z² + 1 in the case 0 < z < 1",
    ),
    (
        lambda: cases(Q, ZERO, between(0, 1, P), ONE, P, cuts=(0, 1)),
        "cases hold “0 < p² + 1”; prove 0 < z² + 1 in the case z > 1",
    ),
    (below_z, "cases assume something about z; assume nothing about it"),
    (
        lambda: below_zero(Hypothesis.of(X, LE, Q)),
        "cases assume something of q; assume nothing of it",
    ),
    (
        lambda: below_zero(Hypothesis.of(P, LE, Y)),
        "cases assume something of p; assume nothing of it",
    ),
    (lambda: identified("x"), "theorem is 'x'; give a theorem"),
    (lambda: identified(direction=A * B), "V is A*B; give a matrix symbol"),
    (lambda: identified(left=ONE), "A is 1; give a matrix of the shape of V"),
    (lambda: identified(right=U), "B is u; give a matrix of the shape of V"),
    (lambda: identified(left=2 * V), "A contains V; keep it free of the direction"),
    (lambda: identified(right=A * V), "B contains V; keep it free of the direction"),
    (lambda: identified(right=A), "theorem is tr(Aᵀ V) = tr(Bᵀ V); give tr(Aᵀ V) = tr(Aᵀ V)"),
    (
        lambda: identified(equal_traces(LE)),
        "theorem is tr(Aᵀ V) ≤ tr(Bᵀ V); give tr(Aᵀ V) = tr(Bᵀ V)",
    ),
    (
        lambda: identified(one_direction()),
        "theorem assumes “tr(Aᵀ V) = tr(Bᵀ V)”; assume nothing about V",
    ),
]


@pytest.mark.parametrize(
    ("call", "message"), REFUSED_RULES, ids=[m.split()[0] for _, m in REFUSED_RULES]
)
def test_what_a_rule_needs_is_named(call, message):
    assert refused_words(call) == message


# --- Steps ----------------------------------------------------------------------------------------


def test_a_chain_does_not_turn_round():
    chain = start(X + 1).ge(X, by=NONNEGATIVE_DIFFERENCE)
    with pytest.raises(StepRefusedError) as refused:
        chain.le(Y, by=ALGEBRA)
    assert str(refused.value) == (
        "refused by the law “algebra”: “≤” can't follow “≥” in one chain\n  step: … ≥ x ≤ y"
    )
    assert refused.value.counterexample is None


def test_a_refused_step_names_its_law_and_numbers_against_it():
    with pytest.raises(StepRefusedError) as refused:
        Step(X + 1, EQ, X, ALGEBRA)
    error = refused.value
    assert (error.law, error.step) == ("algebra", "x + 1 = x")
    assert error.reason == "the difference of the two sides isn't identically 0"
    assert error.counterexample is not None
    assert str(error) == (
        f"refused by the law “algebra”: {error.reason}\n  step: x + 1 = x\n"
        f"  It is false: {error.counterexample}"
    )


def test_a_true_step_that_the_law_does_not_give_has_no_numbers_against_it():
    with pytest.raises(StepRefusedError) as refused:
        Step(X, LE, X + 1, ALGEBRA)
    assert refused.value.reason == "it gives “=”, not “≤”"
    assert refused.value.counterexample is None


def test_what_a_chain_assumes_is_the_context_of_its_next_step():
    bounded = start(X).le(ONE, by=assume(Hypothesis.of(X, LE, ONE)))
    assert bounded.steps[0].context == frozenset()
    longer = bounded.le(ONE + P, by=NONNEGATIVE_DIFFERENCE)
    assert longer.steps[1].context == bounded.hypotheses == {Hypothesis.of(X, LE, ONE)}


def test_a_meaningless_step_is_refused_before_its_law_is_asked():
    with pytest.raises(StepRefusedError) as refused:
        Step(A, LE, B, ALGEBRA)
    assert refused.value.reason == "matrices aren't ordered by “≤”"
