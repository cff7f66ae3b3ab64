"""Given numbers: what is shown is what NumPy computes, and files are never run."""

import json
import pickle

import numpy as np
import pytest

from gradproof.claims.load import load_claims, shipped_proofs
from gradproof.errors import InputError
from gradproof.render.derivation import derivation_as_text
from gradproof.render.numbers_file import load_numbers
from gradproof.render.values import Numbers, compact

CLAIMS = {claim.name: claim for claim in load_claims([shipped_proofs()])}
W = np.array([[0.5, 0.3], [-0.2, 0.4]])


def shown(name, numbers, **options):
    claim = CLAIMS[name]
    given = Numbers(numbers)
    return derivation_as_text(claim, claim.theorems(**options), given), given


def test_the_product_is_the_one_of_the_worked_example():
    text, given = shown("jacobian_product", {"W": W, "h": np.array([1.0, 0.0]), "n": 5})
    assert "Conclusion: [[-0.01912, 0.02635], [-0.01259, -0.0263]] =" in text
    assert "b = (0, 0) (default)" in text
    assert given.contradictions == []


def test_a_long_trajectory_needs_no_deep_recursion():
    _, given = shown("jacobian_product", {"W": W, "x": np.ones((200, 2))})
    assert given.contradictions == []


def test_conditions_that_are_not_met_are_said():
    text, given = shown("explosion_needs_large_norm", {"W": 2 * W, "gamma": 1.0})
    assert "The numbers don't meet: γ ‖W‖ ≤ 1" in text
    assert "The numbers don't meet: γ ‖W‖ < 1" in text
    assert "limit" in text
    assert given.contradictions == []


def test_a_false_step_is_told_loudly(monkeypatch):
    from gradproof.symbolic.instances import given as module

    monkeypatch.setattr(module, "agree", lambda *_: False)
    text, given = shown("state_jacobian", {"W": W})
    assert "VIOLATED" in text
    assert given.contradictions


@pytest.mark.parametrize(
    "found", [c for c in CLAIMS.values() if c.derivation], ids=lambda c: c.name
)
def test_no_claim_contradicts_a_real_matrix(found):
    size = 1 if found.name == "scalar_recurrence" else 2
    _, given = shown(found.name, {"W": W[:size, :size], "n": 3})
    assert given.contradictions == []


def test_files_of_each_kind(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"W": W.tolist(), "n": 4}))
    np.save(tmp_path / "a.npy", W)
    np.savez(tmp_path / "a.npz", W=W)
    for kind in ("json", "npy", "npz"):
        assert np.array_equal(load_numbers(tmp_path / f"a.{kind}")["W"], W)


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100000,
        '{"W": [[1], [1, 2]]}',
        '{"W": [["a"]]}',
        '{"W": [[NaN]]}',
        "{",
        "3",
        '{"a b": 1}',
    ],
)
def test_bad_json_is_refused(tmp_path, content):
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(InputError):
        load_numbers(path)


def test_objects_are_never_unpickled(tmp_path):
    path = tmp_path / "a.npy"
    np.save(path, np.array([print], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="Python objects"):
        load_numbers(path)
    path.write_bytes(pickle.dumps([1.0]))
    with pytest.raises(InputError):
        load_numbers(path)


def test_a_large_matrix_is_shown_by_shape_and_norm():
    assert compact(np.eye(100)) == "100×100 matrix of norm 1"
