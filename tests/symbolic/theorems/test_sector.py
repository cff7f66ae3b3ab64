"""Decay by a sector: what is said, that numbers bear it out, and what each hypothesis is for."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from gradproof.errors import StepRefusedError, UnknownNameError
from gradproof.symbolic.attack import attack
from gradproof.symbolic.instances.activation_values import ACTIVATIONS as ACTIVATION_VALUES
from gradproof.symbolic.instances.instantiate import try_instances
from gradproof.symbolic.kernel.derivation import start
from gradproof.symbolic.language.expressions import SpectralNorm
from gradproof.symbolic.language.relation import Proposition, Relation
from gradproof.symbolic.theorems import sector
from gradproof.symbolic.theorems.bounds import GAMMA
from gradproof.symbolic.theorems.recurrence import STEPS, T_START, ElmanRecurrence

ACTIVATIONS = ["phi", "tanh", "logistic"]
LE = Relation.LE
D, W, X, S, V = (ElmanRecurrence().d, ElmanRecurrence().W, sector._X, sector._ENTRIES, sector._V)
R, MU, M, ALPHA, BETA = sector._R, sector._MU, sector._M, sector._ALPHA, sector._BETA
N, T = STEPS, T_START

SECTOR = ["α ≤ φ′(z) for all z", "φ′(z) ≤ β for all z"]
FORMS = {
    "phi": "0 ≤ 2 α β uᵀ Wᵀ diag(s)² W u + r² uᵀ X u + 2 yᵀ diag(s)² y "
    "− (2 α + 2 β) uᵀ Wᵀ diag(s)² y − yᵀ X y for all real u, y",
    "tanh": "0 ≤ r² uᵀ X u + 2 yᵀ diag(s)² y − yᵀ X y − 2 uᵀ Wᵀ diag(s)² y for all real u, y",
    "logistic": "0 ≤ r² uᵀ X u + 2 yᵀ diag(s)² y − yᵀ X y − uᵀ Wᵀ diag(s)² y/2 for all real u, y",
}
REAL = ["W is real", "X is real", "s is real"]
BOUNDS = ["μ ‖w‖² ≤ wᵀ X w for all real w", "wᵀ X w ≤ M ‖w‖² for all real w"]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_theorems_say_and_assume_exactly_this(activation):
    known = [FORMS[activation], *REAL, *(SECTOR if activation == "phi" else [])]
    expected = [
        (
            "(∂h_{t+n}/∂h_t v)ᵀ X (∂h_{t+n}/∂h_t v) ≤ r²ⁿ vᵀ X v",
            [*known, "v is real"],
        ),
        ("‖∂h_{t+n}/∂h_t v‖² ≤ M r²ⁿ ‖v‖²/μ", [*known, *BOUNDS, "v is real"]),
        ("‖∂h_{t+n}/∂h_t‖ ≤ √M rⁿ/√μ", [*known, *BOUNDS]),
        ("limsup_n ‖∂h_{t+n}/∂h_t‖ ≤ 0", [*known, *BOUNDS, "r < 1"]),
    ]
    found = sector.sector_upper(activation)
    said = [(str(theorem), sorted(str(h) for h in theorem.conditions)) for theorem in found]
    assert said == [(conclusion, sorted(conditions)) for conclusion, conditions in expected]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_step_and_conclusion_survives_numbers(activation):
    theorems = sector.sector_upper(activation)
    outcome = attack(theorems, trials=12, seed=2)
    assert outcome.counterexample is None, outcome.proposition
    assert outcome.skipped == 3  # limits have no value at an instance
    assert outcome.attacked >= 20


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_model_meets_all_hypotheses(activation, number):
    theorem = sector.sector_upper(activation)[number]
    found = try_instances(
        theorem.proposition, theorem.hypotheses, model=theorem.model, trials=30, seed=5
    )
    assert found.evaluated == 30


RANGES = {
    "arctan": (0, 1),
    "elu": (0, 1),
    "erf": (0, 2 / sp.sqrt(sp.pi)),
    "gelu": (-sp.Rational(12891, 100000), sp.Rational(112891, 100000)),
    "hard_tanh": (0, 1),
    "identity": (1, 1),
    "logistic": (0, sp.Rational(1, 4)),
    "relu": (0, 1),
    "silu": (-sp.Rational(312, 3125), sp.Rational(3437, 3125)),
    "softplus": (0, 1),
    "softsign": (0, 1),
    "tanh": (0, 1),
}


@pytest.mark.parametrize("activation", sorted(set(ACTIVATION_VALUES) - {"phi"}))
def test_the_sector_of_every_activation_is_the_proved_range_of_its_slopes(activation):
    alpha, beta, lower, upper = sector._sector(activation)
    assert (alpha, beta) == RANGES[activation]
    for theorem in (lower, upper):
        assert theorem.conditions == ()
    theorems = sector.sector_upper(activation)
    assert not any("α" in str(h) or "β" in str(h) for t in theorems for h in t.conditions)
    assert attack(theorems, trials=3, seed=1).counterexample is None
    z = np.linspace(-6.03, 6.03, 200)
    slopes = [float(ACTIVATION_VALUES[activation][1](x)) for x in z]
    assert float(alpha) - 1e-12 <= min(slopes)
    assert max(slopes) <= float(beta) + 1e-12


def test_an_activation_without_a_proved_range_is_refused():
    with pytest.raises(UnknownNameError, match="no proved range"):
        sector.sector_upper("leaky_relu")


def test_the_model_of_the_limit_meets_its_hypotheses():
    limit = sector.sector_upper("tanh")[3]
    of_norm = sector.sector_upper("tanh")[2]
    found = try_instances(of_norm.proposition, limit.hypotheses, model=limit.model, trials=20)
    assert (found.evaluated, found.counterexample) == (20, None)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_form_is_that_of_the_matrix(activation):
    # [[r²X + 2αβ WᵀTW, −(α+β)WᵀT], [−(α+β)TW, 2T − X]] at (u, y).
    generator = np.random.default_rng(3)
    weight, form = generator.normal(size=(2, 3, 3))
    s, u, y = generator.normal(size=(3, 3, 1))
    alpha, beta = {"phi": (-0.5, 2.0), "tanh": (0, 1), "logistic": (0, 0.25)}[activation]
    T_, r = np.diag(s[:, 0] ** 2), 0.7
    corner = -(alpha + beta) * weight.T @ T_
    matrix = np.block(
        [
            [r**2 * form + 2 * alpha * beta * weight.T @ T_ @ weight, corner],
            [corner.T, 2 * T_ - form],
        ]
    )
    stacked = np.vstack([u, y])
    values = {D: 3, W: weight, X: form, S: s, R: r, ALPHA: alpha, BETA: beta}
    (bound_u, bound_y) = sector.matrix_inequality(activation).variables
    right = sector.matrix_inequality(activation).proposition.right
    number = sp.Float((stacked.T @ matrix @ stacked).item())
    model = {**values, bound_u: u, bound_y: y}
    found = try_instances(Proposition(right, Relation.EQ, number), model=lambda _: model, trials=1)
    assert (found.evaluated, found.counterexample) == (1, None)


# --- Each hypothesis is needed --------------------------------------------------------------------


def without(theorem, dropped, values, trials=60):
    """Search for an instance of the conclusion that meets all hypotheses but one."""
    kept = {h for h in theorem.hypotheses if str(h) != dropped}
    assert len(kept) == len(theorem.hypotheses) - 1
    found = try_instances(theorem.proposition, kept, model=lambda _: values, trials=trials)
    return found.counterexample


def line(**numbers):
    """Return values for one unit: every matrix is a number."""
    named = {"W": W, "X": X, "s": S, "v": V}
    return {D: 1, **{named[name]: np.array([[value]]) for name, value in numbers.items()}}


def test_the_matrix_inequality_is_needed():
    of_form, _, of_norm, _ = sector.sector_upper("tanh")
    # yᵀXy = 9 tanh′(z)² against r² = 1/4.
    values = {**line(W=3.0, X=1.0, s=1.0), R: 0.5, MU: 1.0, M: 1.0, N: 1}
    for theorem in (of_form, of_norm):
        assert without(theorem, FORMS["tanh"], values) is not None


CERTIFICATE = {D: 2, X: np.array([[11.0, -7.0], [-7.0, 11.0]]), S: np.full((2, 1), np.sqrt(10))}


def test_both_bounds_of_the_slopes_are_needed():
    # W = ⅓ [[1, −1], [1, −1]] decays at 4/5 for slopes in [0, 2], but diag(2, −2) W grows at 4/3;
    # the slopes of φ fill [−2, 2].
    of_form, *_ = sector.sector_upper()
    weight = np.array([[1.0, -1.0], [1.0, -1.0]]) / 3
    values = {**CERTIFICATE, W: weight, R: 0.8, GAMMA: 2.0, N: 1}
    lower = {**values, ALPHA: 0.0, BETA: 2.0}
    assert without(of_form, SECTOR[0], lower) is not None
    upper = {**values, ALPHA: -2.0, BETA: 0.0}
    assert without(of_form, SECTOR[1], upper) is not None


def test_the_vector_has_to_be_real():
    # vᵀv = 0 at v = (1, i), and (D v)ᵀ(D v) = d₁² − d₂².
    of_form, *_ = sector.sector_upper("tanh")
    identity = np.eye(2)
    values = {D: 2, W: identity, X: identity, S: np.ones((2, 1)), R: 1.0, N: 1}
    assert without(of_form, "v is real", {**values, V: np.array([[1.0], [1.0j]])}) is not None


def test_the_diagonal_has_to_be_real():
    # T = s² = −1 turns the sector round: with X = −3, y² ≥ x² for y = 3 d x fails at small slopes.
    of_form, *_ = sector.sector_upper()
    values = {
        **line(W=3.0 + 0j, X=-3.0 + 0j, s=1.0j),
        R: 1.0,
        ALPHA: -1.0,
        BETA: 1.0,
        GAMMA: 1.0,
        N: 1,
    }
    assert without(of_form, "s is real", values) is not None


def test_the_bounds_of_the_form_are_needed():
    _, of_vectors, of_norm, _ = sector.sector_upper("tanh")
    certificate = {**line(W=1.0, X=1.0, s=1.0), R: 1.0, N: 0}
    for theorem in (of_vectors, of_norm):
        assert without(theorem, BOUNDS[0], {**certificate, MU: 2.0, M: 1.0}) is not None
        assert without(theorem, BOUNDS[1], {**certificate, MU: 1.0, M: 0.5}) is not None


def test_at_rate_one_nothing_has_to_vanish():
    # W = 1 at the fixed point h = 0: every slope is 1, and ‖Φ‖ = 1 for every n. With X = T = 1 the
    # form is (u − y)².
    *_, of_norm, limit = sector.sector_upper("tanh")
    values = {**line(W=1.0, X=1.0, s=1.0), R: 1.0, MU: 1.0, M: 1.0}
    found = try_instances(of_norm.proposition, of_norm.hypotheses, model=lambda _: values)
    assert found.evaluated == 20
    kept = {h for h in limit.hypotheses if str(h) != "r < 1"}
    assert kept == of_norm.hypotheses


def test_a_better_constant_is_refused():
    *_, of_norm, _ = sector.sector_upper("tanh")
    jacobian = SpectralNorm(ElmanRecurrence("tanh").jacobian(T + N, T))
    for wrong in (R**N, sp.sqrt(M / MU) * R ** (N + 1), sp.sqrt(MU / M) * R**N, sp.sqrt(M) * R**N):
        with pytest.raises(StepRefusedError):
            start(jacobian).le(wrong, by=of_norm.law())
        with pytest.raises(StepRefusedError):
            start(jacobian).lt(sp.sqrt(M / MU) * R**N, by=of_norm.law())


# --- A diagonal scaling is a special case ---------------------------------------------------------

U, Y = sector._U, sector._Y


def test_a_diagonal_scaling_gives_the_form():
    theorem = sector.diagonal_scaling_is_a_sector_certificate()
    assert str(theorem) == "0 ≤ r² uᵀ diag(s)² u + yᵀ diag(s)² y − 2 uᵀ Wᵀ diag(s)² y"
    outcome = attack([theorem], trials=20, seed=1)
    assert (outcome.counterexample, outcome.skipped) == (None, 0)
    # It is the hypothesis of sector_upper with diag(s)² for X.
    wanted = sector.matrix_inequality("tanh", X=sector._S**2).proposition
    assert start(sp.Integer(0)).le(wanted.right, by=theorem.law()).steps


@pytest.mark.parametrize(
    ("dropped", "values"),
    [
        ("‖diag(s) W diag(s)⁻¹‖ ≤ r", {**line(W=2.0, s=1.0), R: 1.0, U: 1.0, Y: 1.0}),
        ("u is real", {**line(W=1.0, s=1.0), R: 1.0, U: 1.0j, Y: 0.0}),
        ("y is real", {**line(W=1.0, s=1.0), R: 1.0, U: 0.0, Y: 1.0j}),
        ("s is real", {**line(W=1.0, s=1.0j), R: 1.0, U: 1.0, Y: 0.0}),
    ],
)
def test_what_a_diagonal_scaling_has_to_be(dropped, values):
    theorem = sector.diagonal_scaling_is_a_sector_certificate()
    vectors = {v: np.array([[values[v]]]) for v in (U, Y)}
    assert without(theorem, dropped, {**values, **vectors}, trials=1) is not None
