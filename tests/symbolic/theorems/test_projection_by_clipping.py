"""Clipping as a projection: what is said, that numbers bear it out, what each hypothesis is for."""

from __future__ import annotations

import numpy as np
import pytest

from gradproof.errors import StepRefusedError
from gradproof.symbolic.attack import attack
from gradproof.symbolic.instances.instantiate import try_instances
from gradproof.symbolic.kernel.derivation import start
from gradproof.symbolic.language.expressions import SpectralNorm
from gradproof.symbolic.theorems import clipping

D, C, MU, NU = clipping._D, clipping._C, clipping._MU, clipping._NU
G, H, U = clipping._G, clipping._H, clipping._U

VARIATIONAL, NEAREST = clipping.clipping_is_projection()
NONEXPANSIVE = clipping.clipping_is_nonexpansive()
DIRECTION = clipping.clipping_keeps_direction()

IN_BALL = ["(μ − c) (μ − ‖g‖) = 0", "c ≤ μ", "g is real", "u is real", "‖u‖ ≤ c"]
SAYS = {
    "variational": (VARIATIONAL, "((c/μ) g − u)ᵀ ((c/μ) g) ≤ ((c/μ) g − u)ᵀ g", IN_BALL),
    "nearest": (NEAREST, "‖g − (c/μ) g‖ ≤ ‖g − u‖", IN_BALL),
    "nonexpansive": (
        NONEXPANSIVE,
        "‖(c/μ) g − (c/ν) h‖ ≤ ‖g − h‖",
        [
            "(μ − c) (μ − ‖g‖) = 0",
            "(ν − c) (ν − ‖h‖) = 0",
            "c ≤ μ",
            "c ≤ ν",
            "g is real",
            "h is real",
            "‖g‖ ≤ μ",
            "‖h‖ ≤ ν",
        ],
    ),
    "direction": (DIRECTION, "‖g‖ uᵀ ((c/μ) g) = uᵀ g ‖(c/μ) g‖", ["g is real", "u is real"]),
}


@pytest.mark.parametrize("name", SAYS)
def test_a_theorem_says_and_assumes_exactly_this(name):
    theorem, conclusion, conditions = SAYS[name]
    assert str(theorem) == conclusion
    assert sorted(str(h) for h in theorem.conditions) == sorted(conditions)


@pytest.mark.parametrize("name", SAYS)
def test_every_step_and_conclusion_survives_numbers(name):
    theorem = SAYS[name][0]
    outcome = attack([theorem], trials=40, seed=4)
    assert (outcome.counterexample, outcome.skipped) == (None, 0), outcome.proposition
    found = try_instances(theorem.proposition, theorem.hypotheses, model=theorem.model, trials=30)
    assert found.evaluated == 30


def test_the_instances_are_clipped_and_not_clipped():
    drawn = [NONEXPANSIVE.model(np.random.default_rng(seed)) for seed in range(40)]
    assert {instance[MU] == instance[C] for instance in drawn} == {True, False}
    assert {instance[NU] == instance[C] for instance in drawn} == {True, False}


# On the line: (theorem, dropped, {c, μ, ν, g, h, u}).
NEEDED = [
    # μ = ‖g‖ < c would lengthen a short gradient.
    (NONEXPANSIVE, "c ≤ μ", {C: 1, MU: 0.5, NU: 1, G: 0.5, H: -0.25}),
    (NONEXPANSIVE, "c ≤ ν", {C: 1, NU: 0.5, MU: 1, H: 0.5, G: -0.25}),
    # μ above both shortens too much.
    (NONEXPANSIVE, "(μ − c) (μ − ‖g‖) = 0", {C: 1, MU: 10, NU: 1, G: 1, H: 1}),
    (NONEXPANSIVE, "(ν − c) (ν − ‖h‖) = 0", {C: 1, NU: 10, MU: 1, G: 1, H: 1}),
    # μ = c < ‖g‖ leaves a long gradient as it is.
    (NONEXPANSIVE, "‖g‖ ≤ μ", {C: 1, MU: 1, NU: 2, G: 2, H: 2}),
    (NONEXPANSIVE, "‖h‖ ≤ ν", {C: 1, NU: 1, MU: 2, G: 2, H: 2}),
    *(
        (theorem, *case)
        for theorem in (VARIATIONAL, NEAREST)
        for case in (
            ("c ≤ μ", {C: 1, MU: 0.5, G: 0.5, U: 0.5}),
            ("(μ − c) (μ − ‖g‖) = 0", {C: 1, MU: 10, G: 1, U: 1}),
            ("‖u‖ ≤ c", {C: 1, MU: 2, G: 2, U: 2}),
        )
    ),
]


@pytest.mark.parametrize(("theorem", "dropped", "numbers"), NEEDED)
def test_each_hypothesis_is_needed(theorem, dropped, numbers):
    values = {
        symbol: np.array([[float(value)]]) if symbol in (G, H, U) else value
        for symbol, value in numbers.items()
    }
    kept = {h for h in theorem.hypotheses if str(h) != dropped}
    assert len(kept) == len(theorem.hypotheses) - 1
    found = try_instances(theorem.proposition, kept, model=lambda _: {D: 1, **values}, trials=1)
    assert found.counterexample is not None


def test_distances_shrink_by_no_factor():
    # Short gradients aren't changed at all, so no factor below 1 bounds the distance.
    p, q = (C / MU) * G, (C / NU) * H
    apart, before = SpectralNorm(p - q), SpectralNorm(G - H)
    for wrong in (before / 2, C / MU * before, C * before):
        with pytest.raises(StepRefusedError):
            start(apart).le(wrong, by=NONEXPANSIVE.law())
    with pytest.raises(StepRefusedError):
        start(apart).lt(before, by=NONEXPANSIVE.law())
    with pytest.raises(StepRefusedError):
        start(SpectralNorm(p + q)).le(before, by=NONEXPANSIVE.law())
