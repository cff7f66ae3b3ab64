"""A part of the changes of derivations.py: nothing false is accepted, and that would be noticed."""

import sympy as sp
from derivations import broken, mutants, run, shipped

from gradproof.symbolic.kernel.law import RewritingLaw
from gradproof.symbolic.language.expressions import (
    Diagonal,
    Elementwise,
    OrderedProduct,
    SpectralNorm,
)
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.theorems.bounds import product_norm_upper
from gradproof.symbolic.theorems.powers import power_norm_lower
from gradproof.symbolic.theorems.recurrence import STEPS, T_START, ElmanRecurrence

CELL = ElmanRecurrence("tanh")


def test_no_false_step_is_accepted():
    outcome = run(shipped()[::12], every=211, trials=10)
    assert outcome.accepted_falsehoods == []
    total = outcome.total
    assert total["refused"] == total["false"] > 10
    assert total["accepted"] > 0
    assert total["mutants"] == sum(total[k] for k in ("meaningless", "false", "true", "open"))


def test_a_kernel_that_accepts_everything_is_noticed(monkeypatch):
    theorem = power_norm_lower()
    monkeypatch.setattr(RewritingLaw, "refuses", lambda *_: None)
    assert run([theorem]).accepted_falsehoods


def test_every_relation_and_every_part_is_changed():
    step = next(iter(power_norm_lower().steps))
    assert {m.relation for m in mutants(step) if m.kind == "relation"} == set(Relation) - {
        step.relation
    }
    product = CELL.factors(T_START, STEPS)
    kinds = {kind for kind, _ in broken(SpectralNorm(product) ** STEPS - 3)}
    assert kinds >= {
        "constant",
        "exponent",
        "factor doubled",
        "factor dropped",
        "index",
        "order",
        "order of derivative",
        "quantity",
        "sign",
        "term dropped",
        "transposition",
    }


def test_the_changes_of_one_factor():
    W, slopes = CELL.W, CELL.slopes(STEPS + 1)
    found = dict.fromkeys(expression for _, expression in broken(sp.MatMul(slopes, W)))
    z = CELL.z(STEPS + 1)
    assert sp.MatMul(W, slopes) in found
    assert sp.MatMul(slopes, sp.Transpose(W)) in found
    assert sp.MatMul(Diagonal(Elementwise("tanh", 2, z)), W) in found
    assert sp.MatMul(Diagonal(Elementwise("tanh", 1, CELL.z(STEPS))), W) in found
    assert W in found


def test_runs_are_repeatable():
    first, second = (run([product_norm_upper("tanh")], every=29, trials=5) for _ in range(2))
    assert first.table() == second.table()
    assert isinstance(CELL.factors(T_START, STEPS), OrderedProduct)
