"""A short attack on enclosures and decisions; `matrices.py` runs it at length."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from gradproof.growth.decision import Decay, decide
from gradproof.spectral.bracket import Enclosure

SCRIPT = Path(__file__).with_name("matrices.py")
spec = importlib.util.spec_from_file_location("red_team_matrices", SCRIPT)
matrices = importlib.util.module_from_spec(spec)
spec.loader.exec_module(matrices)


def test_no_enclosure_and_no_decision_is_wrong():
    wrong, decisions = matrices.attack(5 * len(matrices.FAMILIES), seed=1)
    assert not wrong
    kinds = {name.split(": ")[1] for name in decisions}
    assert kinds == {"decay", "explosion_possible", "undecided"}


@pytest.mark.parametrize(
    ("name", "narrow"),
    [
        ("enclose_spectral_norm", lambda e: Enclosure(e.lower / 2, e.lower * (1 - 1e-14))),
        ("verified_spectral_norm", lambda e: Enclosure(e.upper * (1 + 1e-14), e.upper * 2)),
        ("enclose_smallest_singular_value", lambda e: Enclosure(e.upper * 1.01, e.upper * 2)),
        ("verified_spectral_radius", lambda e: Enclosure(e.lower / 2, e.lower * (1 - 1e-14))),
    ],
)
def test_an_unsound_enclosure_is_found(monkeypatch, name, narrow):
    sound = getattr(matrices, name)

    def unsound(W):
        found = sound(W)
        return None if found is None else narrow(found)

    monkeypatch.setattr(matrices, name, unsound)
    wrong, _ = matrices.attack(2 * len(matrices.FAMILIES), seed=1)
    assert wrong


def test_a_wrong_decision_is_found():
    W = np.array([[0.5, 0.9], [-0.9, 0.5]])
    right = decide(W)
    assert not matrices.findings(W, right)
    wrong = Decay("tanh", 0.0, 0.9, 1.0, right.certificate)
    assert any("grows faster" in finding for finding in matrices.findings(W, wrong))
