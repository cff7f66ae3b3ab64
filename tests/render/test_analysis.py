"""What an analysis is shown as: rounded outward, at home in every width, the same in JSON."""

import io
import json
import math
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from gradproof.analysis.analyse import HORIZONS, analyse
from gradproof.errors import InputError, MissingProgramError
from gradproof.growth.decision import Decision, decide
from gradproof.render.analysis_json import AnalysedLayer, Problem, analyses_as_json
from gradproof.render.analysis_plot import analysis_as_picture, require_plot
from gradproof.render.analysis_terminal import print_analysis, print_problems, print_table
from gradproof.render.analysis_words import (
    certificate,
    certificate_in_words,
    decision_in_words,
    rounded_down,
    rounded_up,
    shown_enclosure,
)
from gradproof.spectral.bracket import Enclosure
from gradproof.weights.layers import find_layers
from gradproof.weights.stored import StoredArray


def analysed(arrays, file="model.npz", **options):
    stored = {
        name: StoredArray(file, name, array.shape, True, lambda array=array: array)
        for name, array in arrays.items()
    }
    (found,) = find_layers(stored)
    return AnalysedLayer(Path(file), found, analyse(found.read(), **options))


@pytest.fixture(scope="module")
def layers():
    generator = np.random.default_rng(0)
    normal = lambda *shape: generator.normal(size=shape)  # noqa: E731
    few = np.array([-1.0, -2.0, 0.0, 0.0]).repeat(3)
    exploding = {"W": np.array([[1, 1.5], [-1.5, -2]]), "U": normal(2, 1), "b": np.zeros(2)}
    lstm = {
        "lstm.weight_hh_l0": normal(12, 3) / 20,
        "lstm.weight_ih_l0": normal(12, 2) / 5,
        "lstm.bias_ih_l0": few,
        "lstm.bias_hh_l0": np.zeros(12),
    }
    return {
        "decay": analysed({"W": normal(6, 6) / 5}, inputs=normal(30, 6)),
        "near one": analysed({"W": np.eye(2) * (1 - 2.0**-30)}),
        "explosion": analysed(exploding),
        "every input": analysed({"W": exploding["W"], "U": np.eye(2)}),
        "undecided": analysed({"W": np.eye(2)}, budget=0.05),
        "lstm": analysed(lstm, inputs_within=1.0, inputs=normal(30, 2)),
        "lstm, all inputs": analysed(lstm),
        "gru": analysed({"gru/gru_cell/recurrent_kernel:0": normal(3, 9) / 30}),
        "logistic": analysed({"W": np.eye(2) * 3}, activation="logistic"),
        "zero": analysed({"W": np.zeros((2, 2))}),
    }


LAYERS = [
    "decay", "near one", "explosion", "every input", "undecided",
    "lstm", "lstm, all inputs", "gru", "logistic", "zero",
]  # fmt: skip


def shown(function, argument, width=80):
    stream = io.StringIO()
    function(argument, Console(file=stream, width=width, highlight=False, color_system=None))
    return stream.getvalue()


@pytest.mark.parametrize("x", [0.98765432, 1 - 2.0**-40, 1 + 2.0**-40, 1.0, 5e-324, 3.14e200, 0.1])
def test_numbers_are_rounded_outward_and_never_to_the_other_side_of_one(x):
    down, up = rounded_down(x), rounded_up(x)
    assert Decimal(down) <= Decimal(x) <= Decimal(up)
    assert (Decimal(down) - 1).compare(Decimal(0)) == (Decimal(x) - 1).compare(Decimal(0))
    assert (Decimal(up) - 1).compare(Decimal(0)) == (Decimal(x) - 1).compare(Decimal(0))
    assert Decimal(up) - Decimal(down) <= Decimal(x) * Decimal("0.0011")


def test_numbers_without_digits():
    assert [rounded_up(x) for x in (0.0, math.inf, -math.inf)] == ["0", "∞", "−∞"]
    assert shown_enclosure(None) == "beyond float64"
    assert shown_enclosure(Enclosure(1.0, 1.0)) == "1"


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("width", [80, 120])
def test_a_report_fits_the_terminal_and_says_the_decision(layers, name, width):
    text = shown(print_analysis, layers[name], width)
    assert all(len(line) <= width for line in text.splitlines())
    decision = layers[name].analysis.decision
    headline = {
        Decision.DECAY: "decision: gradients vanish",
        Decision.EXPLOSION_POSSIBLE: "decision: gradients can explode",
        Decision.UNDECIDED: "decision: undecided",
    }[decision]
    assert headline in text
    assert ("certificate" in text) is (decision is not Decision.UNDECIDED)
    assert "None" not in text
    assert "nan" not in text


@pytest.mark.parametrize("width", [80, 120])
def test_a_table_has_a_line_for_each_layer(layers, width):
    chosen = [layers[name] for name in ("decay", "explosion", "lstm", "gru")]
    text = shown(print_table, chosen, width)
    assert all(len(line) <= width for line in text.splitlines())
    for layer, decision in zip(
        chosen, ("vanish", "can explode", "vanish", "undecided"), strict=True
    ):
        kind, units = layer.analysis.layer.kind.value, layer.analysis.layer.size
        assert re.search(rf"\b{kind} +{units}\b.* {decision} ", text)


def test_long_names_are_shortened_at_the_left():
    names = ["a/" * 40 + "one.npz", "b/" * 40 + "two.npz"]
    chosen = [analysed({"W": np.eye(2) / 2}, file=name) for name in names]
    for width in (80, 120):
        text = shown(print_table, chosen, width)
        assert all(len(line) <= width for line in text.splitlines())
        assert "one.npz" in text
        assert "…" in text


def sentences(layer):
    return " ".join(decision_in_words(layer.analysis))


def test_what_is_said_is_what_is_proved(layers):
    decay = layers["decay"].analysis
    said = sentences(layers["decay"])
    rate = rounded_up(decay.rate_upper)
    assert f"{rate}ⁿ" in said
    assert decay.rate_upper <= float(rate) < 1
    for threshold in HORIZONS.values():
        assert f"{decay.horizon(threshold):,} steps" in said
    assert "This layer has 1 input for 2 units" in sentences(layers["explosion"])
    assert "full row rank, as was verified" in sentences(layers["every input"])
    assert "--input-bound" in sentences(layers["lstm, all inputs"])
    assert "all inputs with |x_j| ≤ 1" in sentences(layers["lstm"])
    assert "don't explode whatever the inputs" in sentences(layers["gru"])


def test_criteria_are_said_to_be_right_only_where_they_are(layers):
    of = lambda name: [  # noqa: E731
        (c.formula, c.met, c.entitled.value, c.agreement.value)
        for c in layers[name].analysis.criteria
        if not c.concludes_nothing
    ]
    assert of("explosion")[0] == ("ρ(W) < 1", True, "no", "false")
    assert of("near one") == [("ρ(W) < 1", True, "yes", "true"), ("‖W‖ < 1", True, "yes", "true")]
    assert of("logistic") == [
        ("ρ(W) < 1", False, "no", "false"),
        ("γ‖W‖ < 1", True, "yes", "true"),
    ]
    assert of("undecided") == []
    silu = analysed({"W": np.eye(2) * 0.95}, activation="silu", budget=0.05).analysis.criteria
    assert [(c.formula, c.met, c.entitled.value) for c in silu] == [
        ("ρ(W) < 1", True, "no"),
        ("‖W‖ < 1", True, "no"),
        ("γ‖W‖ < 1", False, "yes"),
    ]


def test_certificates_are_named_and_explained(layers):
    assert certificate_in_words(None) is None
    assert "γ‖W‖ < 1" in certificate_in_words(certificate(layers["near one"].analysis))
    assert "witness" in certificate_in_words(certificate(layers["explosion"].analysis))

    class SomethingNew:
        pass

    assert certificate_in_words(SomethingNew()) == "something new"


def test_the_horizon_of_a_gated_layer_is_where_its_bound_falls_below(layers):
    found = layers["lstm"].analysis
    for threshold in HORIZONS.values():
        n = found.horizon(threshold)
        exact = math.log(found.constant) + n * math.log(found.rate_upper)
        assert exact <= math.log(threshold) <= exact - 2 * math.log(found.rate_upper)
    assert layers["gru"].analysis.horizon(1e-3) is None


def test_json_has_the_names_that_programs_ask_for(layers):
    problems = [Problem(Path("a\udcff.npz"), "can't be read")]
    document = json.loads(analyses_as_json([layers[name] for name in LAYERS], problems))
    for name, entry in zip(LAYERS, document["layers"], strict=True):
        analysis = layers[name].analysis
        assert entry["decision"] == analysis.decision.value
        assert entry["kind"] in ("simple", "lstm", "gru")
        assert entry["rate_lower"] == analysis.rate_lower
        upper = analysis.rate_upper
        assert entry["rate_upper"] == (upper if math.isfinite(upper) else None)
        assert entry["seconds"] >= 0
        assert {"file", "name", "shape", "constant", "certificate", "horizon"} <= set(entry)
    assert document["layers"][LAYERS.index("lstm, all inputs")]["rate_upper"] is None
    assert document["layers"][0]["run"]["steps"][-1] == 30
    assert document["problems"][0]["message"] == "can't be read"


def test_problems_are_shown_in_one_line_each():
    found = [Problem(Path("a"), "a\nb\x1b[2J"), Problem(Path("b"), "no layer", skipped=True)]
    assert shown(print_problems, found).splitlines() == ["✗ a�b�[2J", "– no layer"]


@pytest.mark.parametrize("name", ["explosion", "zero"])
def test_pictures_are_drawn_and_the_same_every_time(layers, name):
    pytest.importorskip("matplotlib")
    svg = analysis_as_picture(layers[name], "svg")
    assert svg.startswith(b"<?xml")
    assert svg == analysis_as_picture(layers[name], "svg")


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_other_formats(layers, suffix, start):
    pytest.importorskip("matplotlib")
    assert analysis_as_picture(layers["gru"], suffix).startswith(start)


def test_the_proved_lines_enclose_the_measured_ones(layers, monkeypatch):
    """In the picture, nothing measured is above the bound, or the witness below its rate."""
    pytest.importorskip("matplotlib")
    from gradproof.render import analysis_plot

    lines = {}
    drawn = analysis_plot._line
    monkeypatch.setattr(
        analysis_plot,
        "_line",
        lambda axes, n, logs, colour, label, style: (
            lines.__setitem__(label, (np.asarray(n), np.asarray(logs))),
            drawn(axes, n, logs, colour, label, style),
        ),
    )
    for name in ("explosion", "lstm"):
        lines.clear()
        analysis_as_picture(layers[name], "svg")
        (bound,) = (line for label, line in lines.items() if label.startswith("proved: at most"))
        for label, (n, logs) in lines.items():
            if label.startswith(("measured", "under")):
                assert np.all(logs <= np.interp(n, *bound) + 1e-9)
        if name == "explosion":
            n, logs = lines["under the inputs found"]
            (rate,) = (line for label, line in lines.items() if label.startswith("proved there"))
            assert np.all(logs >= np.interp(n, *rate) - 1e-9)


def test_what_cannot_be_drawn_is_refused(monkeypatch):
    with pytest.raises(InputError, match=r"\.svg"):
        require_plot(Path("a.gif"))
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(MissingProgramError, match=r"gradproof\[plot\]"):
        require_plot(Path("a.png"))


def test_the_decision_is_that_of_decide(layers):
    W = layers["decay"].analysis.layer.gates["h"].recurrent
    assert decide(W).decision is layers["decay"].analysis.decision


def test_a_decay_without_a_constant_says_so():
    found = analysed({"W": np.array([[0.5]])}).analysis
    bare = replace(found, constant=math.inf, proof=replace(found.proof, constant=math.inf))
    (said,) = decision_in_words(bare)
    assert said.endswith("ⁿ for some C.")
    assert bare.horizon(1e-3) is None
