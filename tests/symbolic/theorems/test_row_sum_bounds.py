"""Bounds by row sums: what is proved, what is refused, and that Perron's scaling exists."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from gradproof.errors import InputError, StepRefusedError
from gradproof.symbolic.attack import attack
from gradproof.symbolic.instances.instantiate import (
    Assignment,
    evaluate,
    find_counterexample,
)
from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.conditional import diagonal_norm_by
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.existence import eliminate
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    NEXT_POWER,
    NONNEGATIVE_DIFFERENCE,
    REVERSE_TRIANGLE,
    SUBMULTIPLICATIVE,
)
from gradproof.symbolic.kernel.perron_scaling import perron_scaling
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import (
    Diagonal,
    LimitSuperior,
    SpectralNorm,
    SpectralRadius,
)
from gradproof.symbolic.language.notation import latex, text
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.language.row_sums import EntrywiseModulus, InfinityNorm
from gradproof.symbolic.theorems import bounds
from gradproof.symbolic.theorems import row_sum_bounds as rows
from gradproof.symbolic.theorems.recurrence import STEPS, T_START, ElmanRecurrence

EQ, LE, LT, GE = Relation.EQ, Relation.LE, Relation.LT, Relation.GE
CELL = ElmanRecurrence("phi")
D, N, T, W = CELL.d, STEPS, T_START, CELL.W
S, A = (sp.MatrixSymbol(name, D, D) for name in "SA")
ENTRIES = sp.MatrixSymbol("s", D, 1)
R, C = sp.symbols("r c", positive=True)
ONE = sp.Integer(1)
inf, norm = InfinityNorm, SpectralNorm
SLOPES = "|φ′(z)| ≤ γ for all z"


def test_the_theorems_say_and_assume_exactly_this():
    found = [
        (str(theorem), sorted(map(str, theorem.conditions)))
        for theorem in (*rows.perron_upper(), *rows.perron_upper("tanh"), rows.perron_lower())
    ]
    scaling = ["S = diag(s)", "S is invertible"]
    assert found == [
        ("‖S ∂h_{t+n}/∂h_t S⁻¹‖_∞ ≤ (γ ‖S W S⁻¹‖_∞)ⁿ", [*scaling, SLOPES]),
        ("‖∂h_{t+n}/∂h_t‖ ≤ ‖S‖_∞ √d ‖S⁻¹‖_∞ (γ ‖S W S⁻¹‖_∞)ⁿ", [*scaling, SLOPES]),
        ("limsup_n ‖∂h_{t+n}/∂h_t‖ ≤ 0", [SLOPES, "γ ρ(|W|) < 1"]),
        ("‖S ∂h_{t+n}/∂h_t S⁻¹‖_∞ ≤ ‖S W S⁻¹‖_∞ⁿ", scaling),
        ("‖∂h_{t+n}/∂h_t‖ ≤ ‖S‖_∞ √d ‖S⁻¹‖_∞ ‖S W S⁻¹‖_∞ⁿ", scaling),
        ("limsup_n ‖∂h_{t+n}/∂h_t‖ ≤ 0", ["ρ(|W|) < 1"]),
        ("ρ(|W|) ≤ ‖diag(s) W diag(s)⁻¹‖_∞", ["diag(s) is invertible"]),
    ]


def test_every_step_survives_numbers():
    for theorem in (*rows.perron_upper(), rows.perron_lower()):
        outcome = attack([theorem], trials=8, seed=2)
        assert outcome.counterexample is None
        assert outcome.attacked or isinstance(theorem.proposition.left, LimitSuperior)


def scaled(matrix):
    return inf(sp.MatMul(S, matrix, S.I))


PHI = CELL.jacobian(T + N, T)
GAMMA = bounds.GAMMA
RATE = GAMMA * scaled(W)

FALSE = {
    "one step off": (scaled(PHI), LE, RATE ** (N + 1), 0),
    "without γ": (scaled(PHI), LE, scaled(W) ** N, 0),
    "turned round": (scaled(PHI), GE, RATE**N, 0),
    "strictly": (scaled(PHI), LT, RATE**N, 0),
    "in the spectral norm": (norm(sp.MatMul(S, PHI, S.I)), LE, RATE**N, 0),
    "Φ without the factor": (norm(PHI), LE, RATE**N, 1),
    "Φ with one factor only": (norm(PHI), LE, sp.sqrt(D) * inf(S) * RATE**N, 1),
    "by the radius of |W|": (inf(PHI), LE, (GAMMA * rows.modulus_radius()) ** N, 0),
}


@pytest.mark.parametrize("broken", FALSE)
def test_a_false_bound_is_refused_and_refuted(broken):
    left, relation, right, which = FALSE[broken]
    theorem = rows.perron_upper()[which]
    with pytest.raises(StepRefusedError):
        Step(left, relation, right, theorem.law())
    proposition = Proposition(left, relation, right)
    found = find_counterexample(proposition, theorem.hypotheses, model=theorem.model, trials=400)
    assert found is not None


def test_the_lower_bound_is_reached():
    W_positive = np.array([[1.0, 2.0], [3.0, 4.0]])
    eigenvalues, vectors = np.linalg.eig(W_positive)
    perron = np.abs(vectors[:, eigenvalues.argmax()])
    row_sums = (W_positive * perron / perron[:, np.newaxis]).sum(axis=1)
    assert row_sums == pytest.approx(eigenvalues.max(), rel=1e-12)
    drawn = rows.perron_lower().proposition
    values = {D: 2, W: W_positive, ENTRIES: 1 / perron[:, np.newaxis]}
    at = Assignment(np.random.default_rng(0), values=values)
    sides = [evaluate(side, at) for side in (drawn.left, drawn.right)]
    assert sides[0] == pytest.approx(sides[1], rel=1e-12)


# --- Perron's scaling -------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_the_scaling_exists_as_constructed(seed):
    existence = perron_scaling(W, GAMMA, R, S, ENTRIES)
    values = rows._perron_instance(np.random.default_rng(seed))
    assignment = Assignment(np.random.default_rng(0), values=values)
    propositions = [h.proposition for h in (*existence.given, *existence.provided)]
    assert len([p for p in propositions if p is not None]) == 3
    for proposition in filter(None, propositions):
        left, right = (evaluate(e, assignment) for e in (proposition.left, proposition.right))
        if proposition.relation is EQ:
            np.testing.assert_array_equal(left, right)
        else:
            assert left < right
    assert (values[ENTRIES] > 0).all()


def test_the_radius_of_the_moduli_is_needed():
    # W = [[1, 1], [−1, −1]]/2: ρ(W) = 0 and ρ(|W|) = 1. The norm of no S W S⁻¹ is below 1:
    # its row sums are (1 + s)/2 and (1 + 1/s)/2.
    weight = np.array([[1, 1], [-1, -1]]) / 2
    assert np.abs(np.linalg.eigvals(weight)).max() < 1e-7
    for s in 2.0 ** np.arange(-8, 9):
        scaling = np.array([[1, s], [1 / s, 1]])
        assert np.linalg.norm(scaling * weight, np.inf) >= 1


@pytest.mark.parametrize(
    "arguments",
    [
        (W, sp.Symbol("c", nonnegative=True), R, S, ENTRIES),
        (W, R, R, S, ENTRIES),
        (W, sp.Integer(0), R, S, ENTRIES),
        (W, C, sp.Symbol("r", nonnegative=True), S, ENTRIES),
        (W, C, R, W, ENTRIES),
        (W, C, R, S, sp.MatrixSymbol("s", D, D)),
        (W, C, R, S, sp.MatrixSymbol("s", D + 1, 1)),
        (W, C, R, sp.MatrixSymbol("S", D + 1, D + 1), ENTRIES),
        (W, inf(S), R, S, ENTRIES),
        (W * W, C, R, S, ENTRIES),
    ],
)
def test_the_scaling_needs_new_symbols_of_the_right_kind(arguments):
    with pytest.raises(InputError):
        perron_scaling(*arguments)


def test_what_exists_must_leave_the_conclusion():
    near = perron_scaling(W, GAMMA, R, S, ENTRIES)
    for theorem in rows.perron_upper()[:2]:
        with pytest.raises(InputError, match="still mentions"):
            eliminate(theorem, near, name="t")


def test_the_entries_of_the_scaling_must_leave_the_conclusion_too():
    definition = assume(Hypothesis.of(S, EQ, Diagonal(ENTRIES)))
    size = norm(Diagonal(ENTRIES))
    theorem = Theorem.of("t", start(size).eq(norm(S), by=definition).eq(size, by=definition))
    with pytest.raises(InputError, match="still mentions s"):
        eliminate(theorem, perron_scaling(W, GAMMA, R, S, ENTRIES), name="t")


# --- The nodes ----------------------------------------------------------------------------------


def test_the_nodes_are_printed():
    assert text(inf(A) ** 2) == "‖A‖_∞²"
    assert latex(inf(A) ** 2) == r"\left\lVert A \right\rVert_{\infty}^{2}"
    assert text(SpectralRadius(EntrywiseModulus(A))) == "ρ(|A|)"
    assert latex(EntrywiseModulus(A)) == r"\left\lvert A \right\rvert"


def test_what_has_a_kink_is_not_differentiated():
    modulus = EntrywiseModulus(W * CELL.h(T))
    assert "without states" in (Proposition(modulus, EQ, modulus).problem() or "")
    assert Proposition(inf(D), LE, ONE).problem() is not None


@pytest.mark.parametrize(
    ("left", "relation", "right"),
    [
        (EntrywiseModulus(A * W), EQ, EntrywiseModulus(A) * EntrywiseModulus(W)),
        (EntrywiseModulus(A), EQ, A),
        (inf(EntrywiseModulus(A)), EQ, norm(A)),
        (inf(A), EQ, inf(A.T)),
        (inf(2 * A), EQ, inf(A)),
    ],
    ids=str,
)
def test_algebra_knows_nothing_about_moduli(left, relation, right):
    with pytest.raises(StepRefusedError) as refused:
        Step(left, relation, right, ALGEBRA)
    assert refused.value.counterexample is not None


def test_norms_are_not_mixed():
    slopes = diagonal_norm_by(bounds.slope_hypothesis())
    assert Step(inf(CELL.slopes(T + 1)), LE, GAMMA, slopes)
    with pytest.raises(StepRefusedError):
        Step(inf(Diagonal(ENTRIES)), LE, GAMMA, slopes)
    with pytest.raises(StepRefusedError):
        start(inf(A * W)).le(norm(A) * inf(W), by=SUBMULTIPLICATIVE)
    for first, second in ((inf, norm), (norm, inf)):
        with pytest.raises(StepRefusedError):
            start(first(A) - second(W)).le(first(A + W), by=REVERSE_TRIANGLE)


# --- Differences of one sign ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "relation", "right"),
    [
        (LimitSuperior(norm(A**N), N), LE, LimitSuperior(norm(A**N), N) + ONE),
        (LimitSuperior(norm(A**N), N), LE, sp.oo),
        (ONE, LE, sp.oo),
        (ONE, LT, ONE),
        (norm(A), LT, norm(A) + norm(W)),
        (ONE, LE, 1 + sp.Symbol("x", real=True)),
        (ONE, LE, ONE + sp.Symbol("x", complex=True) ** 2),
        (norm(A), LE, norm(A) + norm(W) - norm(A * W)),
    ],
    ids=str,
)
def test_a_difference_needs_a_sign(left, relation, right):
    with pytest.raises(StepRefusedError):
        Step(left, relation, right, NONNEGATIVE_DIFFERENCE)


def test_laws_refuse_by_themselves_what_has_no_order_or_no_inverse():
    z = sp.Symbol("z", complex=True)
    assert NONNEGATIVE_DIFFERENCE.refuses(z, LE, z + 1) is not None
    shifted = sp.MatMul(A, W, sp.MatPow(A * W, N - 1))
    assert NEXT_POWER.refuses(sp.MatPow(A * W, N), EQ, shifted) is not None
