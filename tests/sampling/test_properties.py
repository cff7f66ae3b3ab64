"""The search for counterexamples: finds, shrinks, repeats, and never hides a defect."""

import numpy as np
import pytest
from hypothesis import strategies as st

from gradproof.sampling.properties import Violation, as_code, at_most, close, search


def test_a_true_property_counts_its_cases():
    outcome = search(lambda x: None, {"x": st.integers()}, examples=50, seed_value=1)
    assert outcome.arguments is None
    assert 1 <= outcome.examples <= 50


def test_a_false_property_shrinks_to_the_smallest_case():
    def law(x, y):
        assert x + y < 1000

    outcome = search(
        law, {"x": st.integers(0, 10**6), "y": st.integers(0, 10**6)}, examples=200, seed_value=1
    )
    assert outcome.arguments is not None
    assert outcome.arguments["x"] + outcome.arguments["y"] == 1000


def test_the_same_seed_finds_the_same_cases():
    def run(seed_value):
        seen = []
        search(lambda x: seen.append(x), {"x": st.integers()}, examples=30, seed_value=seed_value)
        return seen

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_a_defect_of_the_property_passes_through():
    def law(x):
        raise KeyError("a mistake in the property itself")

    with pytest.raises(KeyError):
        search(law, {"x": st.integers()}, examples=5, seed_value=0)


def test_at_most_is_a_sandwich():
    at_most(1.0, 1.0, slack=0.0, because="equal")
    with pytest.raises(Violation, match="because"):
        at_most(1.0 + 1e-9, 1.0, slack=1e-10, because="because")
    with pytest.raises(Violation):
        at_most(float("nan"), 1.0, slack=0.0, because="not a number is at most nothing")


def test_close_names_the_worst_entry():
    close([1.0, 2.0], [1.0, 2.0 + 1e-12], tolerance=1e-11, because="rounding")
    with pytest.raises(Violation, match=r"entry \(1, 0\)"):
        close([[1, 2], [3, 4]], [[1, 2.1], [9, 4]], tolerance=0.01, because="x")
    with pytest.raises(Violation, match="shape"):
        close([1.0], [1.0, 1.0], tolerance=1.0, because="x")
    with pytest.raises(Violation):
        close([np.nan], [0.0], tolerance=1.0, because="x")
    with pytest.raises(Violation):
        close(
            [1.0], [0.0], tolerance=np.nan, because="a tolerance that is no number allows nothing"
        )


@pytest.mark.parametrize(
    "value", [np.eye(2), np.array([0.1]), [np.ones(1), 2], (1,), ("a", 2.5), {"a": 1}]
)
def test_code_gives_the_value_back(value):
    assert repr(eval(as_code(value), {"np": np})) == repr(value)
