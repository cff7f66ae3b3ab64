"""Products for given slopes: bounds by a sector and by words, numbers, and what is refused."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import sympy as sp

from gradproof.errors import StepRefusedError
from gradproof.symbolic.attack import attack
from gradproof.symbolic.instances.instantiate import find_counterexample, try_instances
from gradproof.symbolic.kernel.derivation import start
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import SpectralNorm, SpectralRadius
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.theorems import slope_sequences as sequences
from gradproof.symbolic.theorems import slope_words as words
from gradproof.symbolic.theorems.recurrence import STEPS, T_START, ElmanRecurrence

N, T, P, WORD = STEPS, T_START, words.PERIOD, words.WORD
W, D = ElmanRecurrence().W, ElmanRecurrence().d
SECTOR = sequences.sector_of_slopes()
POWER, RADIUS = words.word_power()
BELOW = words.word_below_certificate()
BETWEEN = words.factor_between()
ALL = [*SECTOR, POWER, RADIUS, BELOW, *BETWEEN]

FORM = (
    "0 ≤ 2 α β uᵀ Wᵀ diag(s)² W u + {} uᵀ X u + 2 yᵀ diag(s)² y "
    "− (2 α + 2 β) uᵀ Wᵀ diag(s)² y − yᵀ X y for all real u, y"
)
RANGE = "‖(−α/2 − β/2) I + diag(e_k)‖ ≤ β/2 − α/2 for all k"
REAL = ["W is real", "X is real", "s is real"]
BOUNDS = ["μ ‖w‖² ≤ wᵀ X w for all real w", "wᵀ X w ≤ M ‖w‖² for all real w"]
PRODUCT = "∏_{k=t+1}^{t+n} [diag(e_k) W]"
REPEATS = ["A = ∏_{k=t+1}^{t+p} [diag(e_k) W]", "e_{t+k+p} = e_{t+k} for all k"]


def test_the_theorems_say_and_assume_exactly_this():
    certificate = [FORM.format("r²"), RANGE, *REAL]
    bounded = [*certificate, BOUNDS[0]]
    words_in = [FORM.format("r^(2/p)"), RANGE, *REAL, BOUNDS[0], *REPEATS]
    short = ["‖L F R‖ ≤ c", "‖L G R‖ ≤ c", "λ + μ = 1"]
    expected = [
        (f"({PRODUCT} v)ᵀ X ({PRODUCT} v) ≤ r²ⁿ vᵀ X v", [*certificate, "v is real"]),
        (f"‖{PRODUCT}‖ ≤ √M rⁿ/√μ", [*certificate, *BOUNDS]),
        (f"limsup_n ‖{PRODUCT}‖^(1/n) ≤ r", bounded),
        (f"limsup_n ‖{PRODUCT}‖ ≤ 0", [*bounded, "r < 1"]),
        ("∏_{k=t+1}^{t+np} [diag(e_k) W] = Aⁿ", REPEATS),
        ("ρ(A)ⁿ ≤ ‖∏_{k=t+1}^{t+np} [diag(e_k) W]‖", REPEATS),
        ("ρ(A) ≤ r", words_in),
        ("‖L (λ F + μ G) R‖ ≤ λ ‖L F R‖ + μ ‖L G R‖", []),
        ("‖L (λ F + μ G) R‖ ≤ c", short),
    ]
    found = [(str(theorem), sorted(map(str, theorem.conditions))) for theorem in ALL]
    assert found == [(conclusion, sorted(conditions)) for conclusion, conditions in expected]


def test_every_step_and_conclusion_survives_numbers():
    outcome = attack(ALL, trials=4, seed=2)
    assert outcome.counterexample is None, outcome.proposition
    assert outcome.attacked >= 50


@pytest.mark.parametrize("theorem", [t for t in ALL if "limsup" not in str(t)], ids=str)
def test_the_model_meets_all_hypotheses(theorem):
    found = try_instances(
        theorem.proposition, theorem.hypotheses, model=theorem.model, trials=25, seed=5
    )
    assert (found.evaluated, found.counterexample) == (25, None)


@pytest.mark.parametrize("theorem", [t for t in ALL if "limsup" in str(t)], ids=str)
def test_the_models_of_the_limits_meet_their_hypotheses(theorem):
    found = try_instances(SECTOR[1].proposition, theorem.hypotheses, model=theorem.model, trials=20)
    assert (found.evaluated, found.counterexample) == (20, None)


def slopes_at(steps, size, entry):
    drawn = {sequences.slopes(sp.Integer(k)): entry(k) for k in range(sequences.LONGEST)}
    return {D: size, T: 0, N: steps, **drawn}


@pytest.mark.parametrize(("slope", "within"), [(-1.5, False), (0.5, True), (1.5, False)])
def test_slopes_outside_of_the_sector_refute_the_bound(slope, within):
    # With X = T = W = 1 and slopes in [0, 1] the form is (u − y)² for r = 1.
    of_norm, one = SECTOR[1], np.eye(1)
    values = slopes_at(2, 1, lambda _: np.array([[slope]]))
    values |= {sequences._R: 1.0, sequences._MU: 1.0, sequences._M: 1.0}
    values |= {sequences._ALPHA: 0.0, sequences._BETA: 1.0}
    values |= {W: one, sequences._X: one, sequences._ENTRIES: one}
    kept = {h for h in of_norm.hypotheses if str(h) != RANGE}
    found = try_instances(of_norm.proposition, kept, model=lambda _: values, trials=5)
    assert found.evaluated > 0
    assert (found.counterexample is None) is within


@pytest.mark.parametrize("theorem", [POWER, RADIUS, BELOW, BETWEEN[1]], ids=str)
def test_without_its_conditions_a_theorem_is_refuted(theorem):
    assert find_counterexample(theorem.proposition, theorem.definitions, trials=40) is not None


def test_slopes_that_do_not_repeat_refute_the_power():
    kept = {h for h in POWER.hypotheses if str(h) != REPEATS[1]}
    values = slopes_at(2, 1, lambda k: np.array([[1.0 / k if k else 1.0]]))
    values |= {W: np.eye(1), WORD: np.eye(1), P: 1}
    assert find_counterexample(POWER.proposition, kept, model=lambda _: values) is not None


def test_a_changed_conclusion_is_refused():
    product = SpectralNorm(sequences.product(N))
    r, bound = sequences.RATE, SECTOR[1].proposition.right
    for wrong in (r**N, bound * r, bound / 2):
        with pytest.raises(StepRefusedError):
            start(product).le(wrong, by=SECTOR[1].law())
    with pytest.raises(StepRefusedError):
        start(product).lt(bound, by=SECTOR[1].law())
    powers = sequences.product(N * P)
    for wrong in (WORD ** (N + 1), WORD.T**N, (WORD * W) ** N):
        with pytest.raises(StepRefusedError):
            Step(powers, Relation.EQ, wrong, POWER.law())
    with pytest.raises(StepRefusedError):
        Step(SpectralRadius(WORD), Relation.LT, r, BELOW.law())
    with pytest.raises(StepRefusedError):
        Step(SpectralNorm(WORD), Relation.LE, r, BELOW.law())


def test_the_order_of_a_word_counts():
    # diag(1, 0) W diag(0, 1) W against the reverse: the newest factor is on the left.
    first, second = np.array([[0.0], [1.0]]), np.array([[1.0], [0.0]])
    weight = np.array([[1.0, 2.0], [3.0, 5.0]])
    values = slopes_at(1, 2, lambda k: first if k % 2 else second) | {W: weight, P: 2}
    newest_left = second * weight @ (first * weight)
    for word, holds in ((newest_left, True), (first * weight @ (second * weight), False)):
        found = try_instances(
            POWER.proposition, POWER.definitions, model=lambda _, word=word: values | {WORD: word}
        )
        assert (found.counterexample is None) is holds


def test_the_greatest_norm_is_at_a_vertex():
    # What factor_between gives entry by entry: slopes in [0, 1] against all of {0, 1}.
    generator = np.random.default_rng(8)
    for _ in range(20):
        weight = generator.normal(size=(2, 2))
        vertices = [np.array(v) for v in itertools.product((0.0, 1.0), repeat=2)]
        greatest = max(
            np.linalg.norm(np.diag(b) @ weight @ np.diag(a) @ weight, 2)
            for a, b in itertools.product(vertices, repeat=2)
        )
        a, b = generator.uniform(size=(2, 2))
        inside = np.linalg.norm(np.diag(b) @ weight @ np.diag(a) @ weight, 2)
        assert inside <= greatest * (1 + 1e-12)
