"""The experiments give again what is kept, where PyTorch is installed; records without it."""

import math

import numpy as np
import pytest

from gradproof.audit.load import shipped_article
from gradproof.errors import InputError
from gradproof.experiments import clipping_in_numpy, copying_in_numpy, from_the_seed
from gradproof.experiments.__main__ import NAMES
from gradproof.experiments.copying_cases import CASES
from gradproof.experiments.record import Record, load_record, save_record, summary

DATA = shipped_article() / "data"


def kept(name):
    return load_record(name, DATA).results


def test_a_record_is_read_as_it_was_written(tmp_path):
    results = {"rate": 1 / 3, "norms": [1e300, math.inf, math.nan], "count": 3}
    save_record(Record("made_up", "torch 2.0", {"seeds": 1}, results), tmp_path)
    found = load_record("made_up", tmp_path)
    assert found.results == {"rate": 0.333333333, "norms": [1e300, "inf", "nan"], "count": 3}
    assert (found.name, found.made_with, found.settings) == ("made_up", "torch 2.0", {"seeds": 1})


def test_a_missing_record_says_how_to_make_it(tmp_path):
    with pytest.raises(InputError, match=r"run python -m gradproof\.experiments nowhere"):
        load_record("nowhere", tmp_path)


def test_one_value_has_no_finite_interval():
    found = summary([2.0])
    assert (found["mean"], found["low"], found["high"]) == (2.0, -math.inf, math.inf)
    assert summary([0.0, 1.0, 2.0, 3.0])["median"] == 1.5


@pytest.mark.parametrize("name", NAMES)
def test_each_record_names_its_command_and_version(name):
    found = load_record(name, DATA)
    text = (DATA / f"{name}.json").read_text(encoding="utf-8")
    assert found.name == name
    assert f'"command": "python -m gradproof.experiments {name}"' in text
    library, version = found.made_with.split()
    assert library == ("numpy" if name.endswith("numpy") else "torch")
    assert version[0].isdigit()


def test_every_record_has_its_experiment():
    assert {path.stem for path in DATA.glob("*.json")} == set(NAMES)


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


@pytest.mark.parametrize("name", ["tanh_lag_4", "lstm_lag_4", "lstm_forget_5", "identity_lag_22"])
def test_from_the_same_weights_both_trainings_of_the_copying_task_are_the_same(name):
    torch = pytest.importorskip("torch")
    from gradproof.experiments import copying

    case = CASES[name]
    torch.manual_seed(0)
    network = copying.network(case).double()
    layer = network.recurrent
    tensors = {
        "embedding": network.embedding.weight,
        "U": layer.weight_ih_l0,
        "W": layer.weight_hh_l0,
        "a": layer.bias_ih_l0,
        "b": layer.bias_hh_l0,
        "output": network.output.weight,
        "offset": network.output.bias,
    }
    p = {key: value.detach().numpy().copy() for key, value in tensors.items()}
    ours, theirs = (
        copying_in_numpy.Adam(case.rate),
        torch.optim.Adam(network.parameters(), case.rate),
    )
    for _ in range(8):
        inputs, targets = copying.sequences(case.length, case.delay)
        theirs.zero_grad()
        scores = network(inputs).reshape(-1, 10)
        loss = torch.nn.functional.cross_entropy(scores, targets.reshape(-1))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        theirs.step()
        again, g, _ = copying_in_numpy.loss_and_gradients(p, inputs.numpy(), targets.numpy())
        assert again == pytest.approx(float(loss.detach()), rel=1e-12)
        factor = copying_in_numpy.clipping_factor(g, 1.0)
        p = ours.step(p, {key: factor * value for key, value in g.items()})
    # Both measure it on sequences of their own.
    reach = copying.log_reach(network, case.length, case.delay)
    assert copying_in_numpy.log_reach(p, case) == pytest.approx(reach, abs=0.2)


def test_from_the_same_weights_both_losses_of_the_clipped_training_are_the_same():
    torch = pytest.importorskip("torch")
    from gradproof.experiments import clipping

    torch.manual_seed(0)
    network = clipping.Network().double()
    tensors = {
        "U": network.recurrent.weight_ih_l0,
        "W": network.recurrent.weight_hh_l0,
        "output": network.output.weight,
    }
    x = torch.randn(clipping_in_numpy.BATCH, clipping_in_numpy.STEPS, clipping_in_numpy.INPUTS)
    loss = network.loss(x.double())
    loss.backward()
    p = {key: value.detach().numpy() for key, value in tensors.items()}
    again, g = clipping_in_numpy.loss_and_gradients(p, x.double().numpy())
    assert again == pytest.approx(float(loss.detach()), rel=1e-12)
    for key, value in tensors.items():
        assert g[key] == pytest.approx(value.grad.numpy(), rel=1e-8, abs=1e-8)


def test_the_numbers_of_a_seed_are_those_of_pytorch():
    torch = pytest.importorskip("torch")
    for count in (16, 100, 400):
        torch.manual_seed(7)
        drawn = torch.randn(count).double().numpy()
        assert from_the_seed.Twister(7).normal(count) == pytest.approx(drawn, abs=2e-6)
    torch.manual_seed(7)
    twister = from_the_seed.Twister(7)
    few = np.array([torch.randn(5).tolist() for _ in range(3)])
    assert twister.normal_few(3, 5) == pytest.approx(few, abs=1e-6)
    torch.manual_seed(7)
    twister = from_the_seed.Twister(7)
    weight = torch.empty(3, 4).uniform_(-0.5, 0.5).double().numpy()
    assert twister.uniform(3, 4, 0.5) == pytest.approx(weight, abs=1e-7)
    assert twister.integers(1, 9, (2, 5)).tolist() == torch.randint(1, 9, (2, 5)).tolist()
