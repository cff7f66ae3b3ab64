"""What exists, as it is stated, and what a theorem keeps when it is eliminated."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.existence import (
    eliminate,
    from_above,
    number_between,
    scaling_near_radius,
    semisimple_scaling,
)
from gradproof.symbolic.kernel.form_laws import NONNEGATIVE
from gradproof.symbolic.kernel.identification import identify
from gradproof.symbolic.kernel.laws import ALGEBRA, NONNEGATIVE_DIFFERENCE
from gradproof.symbolic.kernel.perron_scaling import perron_scaling
from gradproof.symbolic.language.expressions import Diagonal, SpectralNorm, SpectralRadius, Trace
from gradproof.symbolic.language.relation import Hypothesis, Relation, invertibility
from gradproof.symbolic.language.row_sums import EntrywiseModulus, InfinityNorm

EQ, LE, LT = Relation.EQ, Relation.LE, Relation.LT
D = sp.Symbol("d", integer=True, positive=True)
X = sp.Symbol("x", real=True)
F, G = sp.symbols("f g", nonnegative=True)
R, C, Q = sp.symbols("r c q", positive=True)
W, S, M, B = (sp.MatrixSymbol(name, D, D) for name in "WSMB")
ENTRIES = sp.MatrixSymbol("s", D, 1)
ZERO, ONE, TWO = sp.Integer(0), sp.Integer(1), sp.Integer(2)
norm = SpectralNorm
SCALED = InfinityNorm(sp.MatMul(S, W, S.I))
SEMISIMPLE = Hypothesis(
    "ρ({0}) ≤ 1, and every eigenvalue of {0} of modulus 1 is semisimple "
    "(its algebraic and geometric multiplicities agree)",
    about=(W,),
)


def scaled_below(bound):
    return {
        Hypothesis.of(W, EQ, S * M * S.I),
        Hypothesis.of(norm(M), LE, bound),
        Hypothesis.of(norm(S) * norm(S.I), LE, C),
        *invertibility(S.I),
    }


STATED = {
    "between": (
        lambda: number_between(F, G, R),
        "a number in between",
        "for 0 ≤ a < b there is r > 0 with a < r < b",
        "None",
        {Hypothesis.of(F, LT, G)},
        {Hypothesis.of(F, LT, R), Hypothesis.of(R, LT, G)},
        {R},
    ),
    "near radius": (
        lambda: scaling_near_radius(W, R, S, M, C),
        "a scaling near the spectral radius",
        "for ρ(W) < r there are S, M, c with W = S M S⁻¹, ‖M‖ ≤ r, ‖S‖‖S⁻¹‖ ≤ c",
        "HornJohnson2013, Lemma 5.6.10",
        {Hypothesis.of(SpectralRadius(W), LT, R)},
        scaled_below(R),
        {S, M, C},
    ),
    "semisimple": (
        lambda: semisimple_scaling(W, S, M, C),
        "a scaling of a power-bounded matrix",
        (
            "if the eigenvalues of modulus 1 are semisimple and ρ(W) ≤ 1, "
            "there are S, M, c with W = S M S⁻¹, ‖M‖ ≤ 1, ‖S‖‖S⁻¹‖ ≤ c"
        ),
        "HornJohnson2013, Theorem 3.2.5.2",
        {SEMISIMPLE},
        scaled_below(ONE),
        {S, M, C},
    ),
    "Perron": (
        lambda: perron_scaling(W, 2, R, S, ENTRIES),
        "Perron's scaling",
        "for c ρ(|W|) < r there is an invertible S = diag(s) with c ‖S W S⁻¹‖_∞ ≤ r",
        "HornJohnson2013, Chapter 8, nonnegative matrices; proved in the code",
        {Hypothesis.of(2 * SpectralRadius(EntrywiseModulus(W)), LT, R)},
        {
            Hypothesis.of(S, EQ, Diagonal(ENTRIES)),
            Hypothesis.of(2 * SCALED, LE, R),
            *invertibility(S.I),
        },
        {S, ENTRIES},
    ),
}


@pytest.mark.parametrize("which", STATED)
def test_what_exists_is_stated(which):
    make, name, statement, source, given, provided, fresh = STATED[which]
    found = make()
    assert (found.name, found.statement, str(found.source)) == (name, statement, source)
    assert found.given == given
    assert found.provided == provided
    assert found.fresh == fresh


def test_a_semisimple_matrix_is_described_in_words():
    (given,) = semisimple_scaling(W, S, M, C).given
    assert str(given) == (
        "ρ(W) ≤ 1, and every eigenvalue of W of modulus 1 is semisimple "
        "(its algebraic and geometric multiplicities agree)"
    )


# --- Altered parts --------------------------------------------------------------------------------


def by_equation(left, right):
    """Return ‖W‖ = ‖W‖, where the equation is used and undone in S S⁻¹ W, or in W itself."""
    law = assume(Hypothesis.of(left, EQ, right))
    chain = start(norm(W))
    if left == W:
        return Theorem.of("t", chain.eq(norm(right), by=law).eq(norm(W), by=law))
    before, after = (norm(sp.MatMul(factor, left.I, W)) for factor in (left, right))
    chain = chain.eq(before, by=ALGEBRA).eq(after, by=law)
    return Theorem.of("t", chain.eq(before, by=law).eq(norm(W), by=ALGEBRA))


def by_bound(left, bound):
    """Return 0 ≤ 1 by 0 ≤ x/b ≤ 1, given x ≤ b."""
    law = assume(Hypothesis.of(left, LE, bound))
    return Theorem.of("t", start(ZERO).le(left / bound, by=NONNEGATIVE).le(ONE, by=law))


def passing(lower, upper, first=LT, second=LT):
    """Return f < g, or f ≤ g, by way of r."""
    laws = [assume(Hypothesis.of(*h)) for h in ((F, first, lower), (upper, second, G))]
    chain = start(F)._add(first, lower, laws[0])
    chain = chain if lower == upper else chain.le(upper, by=NONNEGATIVE_DIFFERENCE)
    return Theorem.of("t", chain._add(second, G, laws[1]))


CONDITION = norm(S) * norm(S.I)

ELIMINATED = [
    ("between", lambda: passing(R, R)),
    ("near radius", lambda: by_equation(W, S * M * S.I)),
    ("near radius", lambda: by_bound(norm(M), R)),
    ("near radius", lambda: by_bound(CONDITION, C)),
    ("semisimple", lambda: by_equation(W, S * M * S.I)),
    ("semisimple", lambda: by_bound(norm(M), ONE)),
    ("semisimple", lambda: by_bound(CONDITION, C)),
    ("Perron", lambda: by_equation(S, Diagonal(ENTRIES))),
    ("Perron", lambda: by_bound(2 * SCALED, R)),
]

KEPT = [
    ("between", lambda: passing(R, R, first=LE), "r"),
    ("between", lambda: passing(R, R, second=LE), "r"),
    ("between", lambda: passing(R, 2 * R), "r"),
    ("near radius", lambda: by_equation(W, S.I * M * S), "M, S"),
    ("near radius", lambda: by_equation(W, S * M), "M, S"),
    ("near radius", lambda: by_bound(norm(M), R / 2), "M"),
    ("near radius", lambda: by_bound(norm(S), C), "S, c"),
    ("near radius", lambda: by_bound(CONDITION, C / 2), "S, c"),
    ("semisimple", lambda: by_equation(W, S * M**2 * S.I), "M, S"),
    ("semisimple", lambda: by_bound(norm(M), ONE / 2), "M"),
    ("semisimple", lambda: by_bound(norm(M), TWO), "M"),
    ("semisimple", lambda: by_bound(norm(S.I), C), "S, c"),
    ("Perron", lambda: by_equation(S, 2 * Diagonal(ENTRIES)), "S, s"),
    ("Perron", lambda: by_bound(SCALED, R), "S"),
    ("Perron", lambda: by_bound(3 * SCALED, R), "S"),
    ("Perron", lambda: by_bound(2 * InfinityNorm(sp.MatMul(S.I, W, S)), R), "S"),
    ("Perron", lambda: by_bound(2 * norm(sp.MatMul(S, W, S.I)), R), "S"),
]


@pytest.mark.parametrize(("which", "make"), ELIMINATED)
def test_what_exists_takes_the_place_of_what_it_provides(which, make):
    existence = STATED[which][0]()
    theorem = eliminate(make(), existence, name="eliminated")
    assert theorem.name == "eliminated"
    assert theorem.proposition == make().proposition
    assert theorem.hypotheses == existence.given


@pytest.mark.parametrize(("which", "make", "names"), KEPT)
def test_an_altered_part_is_not_provided(which, make, names):
    existence = STATED[which][0]()
    with pytest.raises(InputError) as refused:
        eliminate(make(), existence, name="t")
    assert refused.value.problem == f"still mentions {names}"


# --- Proofs are kept ------------------------------------------------------------------------------


def below(left, right):
    return assume(Hypothesis.of(left, LT, right))


def model(generator):
    return {}


def with_lemma(first, relation, second, finish):
    """Return a theorem with two sections, the first being the proof of its lemma."""
    law = assume(Hypothesis.of(first, relation, second))
    lemma = Theorem.of("lemma", start(first)._add(relation, second, law))
    return Theorem.of("t", finish(lemma.law())).preceded_by(lemma)


def two_sections():
    below_g = assume(Hypothesis.of(R, LT, G))
    return with_lemma(F, LT, R, lambda law: start(F).lt(R, by=law).lt(G, by=below_g))


def below_every_r():
    below_r = assume(Hypothesis.of(F, LT, R))
    return with_lemma(X, LE, F, lambda law: start(X).le(F, by=law).le(R, by=below_r))


def equal_traces():
    traces = [Trace(sp.MatMul(matrix.T, M)) for matrix in (S, B)]
    return with_lemma(S, EQ, B, lambda law: start(traces[0]).eq(traces[1], by=law))


CLOSED = [
    (
        lambda **more: eliminate(two_sections(), number_between(F, G, R), name="new", **more),
        ["Lemma: f < r", "By a number in between: for 0 ≤ a < b there is r > 0 with a < r < b"],
    ),
    (
        lambda **more: from_above(below_every_r(), R, name="new", **more),
        ["Lemma: x ≤ f", "For every r with f < r"],
    ),
    (
        lambda **more: identify(equal_traces(), M, S, B, name="new", **more),
        ["Lemma: S = B", "For every real M, so that the matrices are equal entry by entry"],
    ),
]


@pytest.mark.parametrize(("close", "headings"), CLOSED)
def test_the_proof_is_kept_and_its_last_section_says_why(close, headings):
    theorem = close(model=model)
    assert theorem.name == "new"
    assert theorem.model is model
    assert close().model is None
    assert [section.heading for section in theorem.sections] == headings
    assert all(section.chain.steps for section in theorem.sections)


def test_reasons_follow_one_another():
    chain = start(X).le(F, by=assume(Hypothesis.of(X, LE, F))).lt(R, by=below(F, R))
    first = eliminate(
        Theorem.of("t", chain.lt(C, by=below(R, C)).le(Q, by=below(C, Q))),
        number_between(F, C, R),
        name="first",
    )
    (section,) = eliminate(first, number_between(F, Q, C), name="second").sections
    reason = "By a number in between: for 0 ≤ a < b there is r > 0 with a < r < b"
    assert section.heading == f"{reason}; {reason}"


def test_a_proof_of_one_section_stays_one():
    chain = start(X).le(F, by=assume(Hypothesis.of(X, LE, F))).le(R, by=below(F, R))
    (section,) = from_above(Theorem.of("t", chain), R, name="limit").sections
    assert section.heading == "For every r with f < r"
    law = assume(Hypothesis.of(S, EQ, B))
    traces = [Trace(sp.MatMul(matrix.T, M)) for matrix in (S, B)]
    equal = Theorem.of("t", start(traces[0]).eq(traces[1], by=law))
    (section,) = identify(equal, M, S, B, name="equal").sections
    assert section.heading == "For every real M, so that the matrices are equal entry by entry"


def test_a_lemma_of_a_lemma_keeps_its_heading():
    inner = Theorem.of("inner", start(X).le(F, by=assume(Hypothesis.of(X, LE, F))))
    chain = start(X).le(F, by=inner.law()).lt(R, by=below(F, R))
    middle = Theorem.of("middle", chain).preceded_by(inner)
    outer = Theorem.of("outer", start(X).lt(R, by=middle.law()).lt(G, by=below(R, G)))
    headings = [section.heading for section in outer.preceded_by(middle).sections]
    assert headings == ["Lemma: x ≤ f", "Lemma: x < r", ""]
