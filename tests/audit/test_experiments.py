"""The experiments give again what is kept, where PyTorch is installed; records without it."""

import math

import numpy as np
import pytest

from gradproof.audit.load import shipped_article
from gradproof.errors import InputError
from gradproof.experiments import copying_in_numpy
from gradproof.experiments.record import Record, load_record, save_record, summary
from gradproof.testing import Status, check_gradient

DATA = shipped_article() / "data"


def kept(name):
    return load_record(name, DATA).results


def test_a_record_is_read_as_it_was_written(tmp_path):
    results = {"rate": 1 / 3, "norms": [1e300, math.inf, math.nan], "count": 3}
    save_record(Record("made_up", "2.0", {"seeds": 1}, results), tmp_path)
    found = load_record("made_up", tmp_path)
    assert found.results == {"rate": 0.333333333, "norms": [1e300, "inf", "nan"], "count": 3}
    assert (found.name, found.torch, found.settings) == ("made_up", "2.0", {"seeds": 1})


def test_a_missing_record_says_how_to_make_it(tmp_path):
    with pytest.raises(InputError, match=r"run python -m gradproof\.experiments nowhere"):
        load_record("nowhere", tmp_path)


def test_one_value_has_no_finite_interval():
    found = summary([2.0])
    assert (found["mean"], found["low"], found["high"]) == (2.0, -math.inf, math.inf)
    assert summary([0.0, 1.0, 2.0, 3.0])["median"] == 1.5


@pytest.mark.parametrize("name", ["copying", "exploding", "gradient_flow", "slopes"])
def test_each_record_names_its_command_and_version(name):
    found = load_record(name, DATA)
    assert found.name == name
    assert found.torch[0].isdigit()


def test_the_gradient_flow_of_seed_42_is_given_again():
    pytest.importorskip("torch")
    from gradproof.experiments import gradient_flow

    case = gradient_flow._case(gradient_flow.SEED, gradient_flow.GAINS[0])
    assert case["norms"] == pytest.approx(kept("gradient_flow")["seed_42"]["norms"], rel=1e-3)


def test_the_curves_of_seed_42_are_given_again():
    torch = pytest.importorskip("torch")
    from gradproof.experiments import exploding

    torch.manual_seed(exploding.SEED)
    for scale in exploding.SCALES:
        rate = kept("exploding")["seed_42"][str(scale)]["rate"]
        assert exploding.measured(scale)["rate"] == pytest.approx(rate, rel=1e-4)


def test_the_copying_task_is_trained_on_what_it_says():
    torch = pytest.importorskip("torch")
    from gradproof.experiments import copying

    torch.manual_seed(0)
    inputs, targets = copying.sequences(10, 20)
    assert inputs.shape == targets.shape == (32, 41)
    assert torch.equal(targets[:, 31:], inputs[:, :10])
    assert torch.all(inputs[:, 30] == 9)
    outcome = copying.trained(copying.Network(lstm=False), 1, 0, 120)
    assert outcome["accuracy"] > 0.5  # one symbol, recalled two steps later, is learned


@pytest.mark.parametrize("name", ["embedding", "U", "W", "b", "output", "offset"])
def test_the_gradients_of_the_training_in_numpy_are_right(name):
    generator = np.random.default_rng(3)
    parameters = copying_in_numpy.new_parameters(generator, units=5)
    inputs, targets = copying_in_numpy.sequences(generator, 2, 1, batch=3)

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


def test_the_training_in_numpy_learns_what_is_near_and_not_what_is_four_steps_away():
    assert copying_in_numpy.accuracy_of_recall(1, 0) > 0.99
    assert copying_in_numpy.accuracy_of_recall(1, 3) < 0.2
