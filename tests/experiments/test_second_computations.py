"""Every experiment is computed twice: by networks in NumPy, from PyTorch's own seeds."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from gradproof.audit.load import shipped_article
from gradproof.experiments import (
    clipping_in_numpy,
    clipping_records,
    copying_in_numpy,
    copying_records,
    from_the_seed,
    seeded_records,
)
from gradproof.experiments.copying_cases import CASES, Case
from gradproof.experiments.record import agree, summary
from gradproof.testing import Status, check_gradient

LAYERS = {"tanh": copying_in_numpy.tanh_layer, "lstm": copying_in_numpy.lstm_layer}
TINY = {name: Case(name == "lstm", 2, 1) for name in LAYERS}


def drawn(cell, units=3, seed=3):
    generator = np.random.default_rng(seed)
    parameters = copying_in_numpy.new_parameters(generator, TINY[cell], units=units)
    return parameters, copying_in_numpy.sequences(generator, 2, 1, batch=3)


@pytest.mark.parametrize("cell", LAYERS)
@pytest.mark.parametrize("name", ["embedding", "U", "W", "a", "b", "output", "offset"])
def test_the_gradients_of_the_training_are_right(cell, name):
    parameters, (inputs, targets) = drawn(cell)

    def loss(values):
        moved = {**parameters, name: values}
        return copying_in_numpy.loss_and_gradients(moved, inputs, targets)[0]

    def gradient(values):
        moved = {**parameters, name: values}
        return copying_in_numpy.loss_and_gradients(moved, inputs, targets)[1][name]

    report = check_gradient(loss, gradient, parameters[name])
    assert report.status is not Status.FAIL, str(report)
    # A symbol that doesn't occur has the gradient 0 of its row, which no difference resolves.
    assert report.status is Status.PASS or name == "embedding"


@pytest.mark.parametrize("cell", LAYERS)
def test_a_layer_pulls_back_to_its_inputs(cell):
    parameters, _ = drawn(cell)
    x = np.random.default_rng(5).normal(size=(2, 4, 3))
    weights = np.random.default_rng(6).normal(size=(2, 4, 3))
    report = check_gradient(
        lambda x: float(np.sum(weights * LAYERS[cell](parameters, x)[0])),
        lambda x: LAYERS[cell](parameters, x)[1](weights)[0],
        x,
    )
    assert report.status is Status.PASS, str(report)


def test_an_lstm_with_open_gates_adds_and_one_with_shut_gates_forgets():
    units = 3
    parameters = {
        "W": np.zeros((4 * units, units)),
        "U": np.zeros((4 * units, units)),
        "a": np.repeat([40.0, 40.0, 0.5, 40.0], units),
        "b": np.zeros(4 * units),
    }
    h, _ = copying_in_numpy.lstm_layer(parameters, np.zeros((1, 4, units)))
    added = np.tanh(np.tanh(0.5) * np.arange(1, 5))
    assert h[0, :, 0] == pytest.approx(added, rel=1e-12)
    shut = {**parameters, "a": np.repeat([40.0, -40.0, 0.5, 40.0], units)}
    h, _ = copying_in_numpy.lstm_layer(shut, np.zeros((1, 4, units)))
    assert h[0, :, 0] == pytest.approx(np.full(4, added[0]), rel=1e-12)


@pytest.mark.parametrize(
    ("first", "second"), [("tanh_lag_2", "tanh_lag_16"), ("lstm_forget_5", "lstm_delay_20")]
)
def test_more_of_the_gradient_reaches_over_fewer_steps_and_through_open_gates(first, second):
    reach = []
    for name in (first, second):
        parameters = copying_in_numpy.new_parameters(np.random.default_rng(0), CASES[name])
        reach.append(copying_in_numpy.log_reach(parameters, CASES[name]))
    assert reach[0] > reach[1] + 2


def test_the_training_learns_what_is_near_and_not_what_is_further():
    near, further = (replace(CASES[f"tanh_lag_{lag}"], updates=200) for lag in (2, 8))
    assert copying_in_numpy.trained(near)["accuracy"] > 0.9
    assert copying_in_numpy.trained(further)["accuracy"] < 0.2


def test_adam_takes_the_same_steps_from_gradients_of_another_size():
    generator = np.random.default_rng(1)
    gradients = [{"w": generator.normal(size=4)} for _ in range(5)]
    ends = []
    for factor in (1.0, 1e-3):
        adam, p = copying_in_numpy.Adam(0.01), {"w": np.zeros(4)}
        for g in gradients:
            p = adam.step(p, {"w": factor * g["w"]})
        ends.append(p["w"])
    assert ends[0] == pytest.approx(ends[1], rel=1e-3)
    assert np.abs(ends[0]).max() > 0.01


# Slopes: both computations.


@pytest.mark.parametrize("scale", ["0.5_0.5", "0.5_1.0", "1.0_1.0", "1.0_2.0", "2.0_2.0"])
def test_every_measure_of_the_slopes_is_found_again(scale):
    for what in ("deviation", "within_two", "mean_slope", "geometric_mean_slope", "below_0.8"):
        for which in ("mean", "deviation", "least", "median", "greatest"):
            seeded_records.slope_measure(scale, what, which)


# The copying task: both records.


@pytest.mark.parametrize("name", CASES)
def test_both_computations_of_the_copying_task_agree(name):
    # Two seeds say too little of how far the reach after training varies.
    after = ("log_reach_after",) if CASES[name].seeds > 2 else ()
    copying_records.agreement(name, of=("accuracy", "loss", "log_reach_before", *after))


def test_the_training_from_the_articles_seed_is_the_same_in_both():
    kept, again = (copying_records.results(record) for record in copying_records.RECORDS)
    for run in ("seed_42", "seed_42_unclipped"):
        assert again[run]["first_loss"] == pytest.approx(kept[run]["losses"][0], rel=1e-6)
        for what in ("loss", "accuracy", "share_clipped", "greatest_norm"):
            assert again[run][what] == pytest.approx(kept[run][what], rel=1e-3)
        # Differences of float32 and float64 grow while training: in the reach, to 1 %.
        for what in ("log_reach_before", "log_reach_after"):
            assert again[run][what] == pytest.approx(kept[run][what], rel=1e-2)


def test_the_records_are_of_the_cases_that_are_stated():
    for record in copying_records.RECORDS:
        text = (shipped_article() / "data" / f"{record}.json").read_text(encoding="utf-8")
        settings = json.loads(text)["settings"]["cases"]
        assert {name: Case(**case) for name, case in settings.items()} == CASES


def test_records_that_differ_are_told_apart(monkeypatch):
    name = "lstm_delay_20"
    found = copying_records.results("copying_in_numpy")[name]
    monkeypatch.setitem(found, "accuracy", summary([0.25, 0.26, 0.27]))
    with pytest.raises(AssertionError, match="lstm_delay_20, accuracy: "):
        copying_records.agreement(name)


def test_summaries_agree_where_their_deviations_allow_it():
    wide, narrow = summary([0.0, 1.0]), summary([0.5, 0.52])
    assert agree(wide, narrow)
    assert not agree(narrow, summary([0.6, 0.62]))
    assert agree(summary([1.0]), summary([1.0]))


# Clipping.


def test_the_gradients_of_the_training_that_is_clipped_are_right():
    generator = np.random.default_rng(2)
    parameters = clipping_in_numpy.new_parameters(generator)
    x = generator.normal(size=(3, 4, 5)) / 2
    for name, value in parameters.items():
        direction = generator.normal(size=value.shape)

        def moved(s, name=name, direction=direction):
            changed = {**parameters, name: parameters[name] + s * direction}
            return clipping_in_numpy.loss_and_gradients(changed, x)

        def slope(s, name=name, direction=direction, moved=moved):
            return np.sum(moved(s)[1][name] * direction)

        report = check_gradient(lambda s, moved=moved: moved(s)[0], slope, np.array(0.1))
        assert report.status is Status.PASS, f"{name}: {report}"


@pytest.mark.parametrize("largest", [0.01, 1.0, math.inf])
def test_clipping_bounds_the_norm_and_keeps_the_direction(largest):
    g = {"u": np.array([3.0, -4.0]), "v": np.array([[12.0]])}
    factor = copying_in_numpy.clipping_factor(g, largest)
    clipped = {name: factor * value for name, value in g.items()}
    norm = copying_in_numpy.norm_of(clipped)
    assert norm <= largest
    assert norm == pytest.approx(min(largest, 13.0), rel=1e-6)
    assert clipping_in_numpy.cosine(g, clipped) == pytest.approx(1, abs=1e-12)
    by_entries = {name: np.clip(value, -1, 1) for name, value in g.items()}
    assert clipping_in_numpy.cosine(g, by_entries) < 0.9


def test_both_computations_of_clipping_agree():
    clipping_records.agreement(*clipping_in_numpy.CASES)


def test_steps_of_gradient_descent_are_at_most_the_rate_times_the_threshold():
    for threshold in (0.01, 0.1, 1.0, 5.0):
        greatest = clipping_records.update("descent", str(threshold))
        assert greatest == pytest.approx(0.05 * threshold, rel=1e-3)
    assert clipping_records.update("descent", "inf") > 1000
    assert clipping_records.update("adam", "inf") < 0.1


def test_only_clipping_by_the_norm_keeps_the_direction_in_training():
    for record in ("clipping", "clipping_in_numpy"):
        for name, found in clipping_records.results(record).items():
            if name == "overflow":
                continue
            least = found["least_cosine"]["least"]
            assert least < 0.6 if "entries" in name else least > 1 - 1e-6, name


def test_a_norm_that_overflows_makes_the_clipped_gradient_zero():
    kept = clipping_records.results()["overflow"]
    gradient = np.array(kept["gradient"], dtype=np.float32)
    with np.errstate(over="ignore"):
        norm = np.sqrt(np.sum(gradient * gradient))
    assert kept["norm"] == "inf"
    assert norm == np.inf
    assert kept["clipped"] == (gradient * (np.float32(1) / norm)).tolist() == [0, 0]


# PyTorch's numbers from its seed.


def test_the_seed_gives_the_printed_symbols_and_norm():
    assert from_the_seed.copying_batch()[1][0].tolist() == [5, 6, 1, 5, 1, 4, 2, 6, 2, 1]
    assert np.linalg.norm(from_the_seed.large_gradient()) == pytest.approx(981.63, abs=0.005)


@pytest.mark.parametrize("gain", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("which", ["median", "mean", "least", "greatest"])
def test_the_gradient_flow_of_every_seed_is_the_same_in_both(gain, which):
    for what in ("ratio", "mean_slope", "spectral_radius", "spectral_norm"):
        # The mean and the greatest of ratios at gain 2 hang on a few seeds, with larger errors.
        if what != "ratio" or which in ("median", "least"):
            assert seeded_records.flow(gain, what, which) > 0


def test_the_simulation_is_the_same_in_both():
    assert [seeded_records.share_growing(scale) for scale in ("0.3", "0.5", "0.8", "1.2")] == [
        0.002,
        0.707,
        1.0,
        1.0,
    ]
    assert seeded_records.critical_scale() == pytest.approx(0.466, abs=5e-4)
    for scale in ("0.5_0.5", "0.5_1.0", "1.0_1.0", "1.0_2.0", "2.0_2.0"):
        assert 0 < seeded_records.mean_slope(scale) < 1


@pytest.mark.parametrize(
    "measure",
    [
        lambda: seeded_records.flow(0.5),
        lambda: seeded_records.flow_of_seed_42(),
        lambda: seeded_records.critical_scale(),
        lambda: seeded_records.clipped_vector_norm(),
        lambda: seeded_records.share_growing("0.5"),
        lambda: seeded_records.mean_slope("1.0_1.0"),
        lambda: seeded_records.copying_example(),
    ],
)
def test_a_number_that_its_second_computation_denies_is_not_given(measure, monkeypatch):
    monkeypatch.setattr(seeded_records, "_results", lambda name: changed(name))
    with pytest.raises(AssertionError, match=" and "):
        measure()


def changed(name):
    text = (shipped_article() / "data" / f"{name}.json").read_text(encoding="utf-8")
    return json.loads(
        text, parse_float=lambda digits: 1.01 * float(digits), parse_int=lambda n: int(n) + 1
    )["results"]
