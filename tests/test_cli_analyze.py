"""`gradproof analyze` as a user meets it: files, words, exit codes."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gradproof.cli import app
from gradproof.errors import GradproofError

GENERATOR = np.random.default_rng(0)


@pytest.fixture
def analyze(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments):
        """Return the exit code, what was printed, and the error that a user would see."""
        code, error = None, ""
        try:
            code = app(
                args=["analyze", *map(str, arguments)],
                prog_name="gradproof",
                standalone_mode=False,
            )
        except GradproofError as caught:
            code, error = 2, str(caught)
        printed = capsys.readouterr()
        return code or 0, printed.out, error + printed.err

    return run


@pytest.fixture
def folder(tmp_path):
    decaying = GENERATOR.normal(size=(8, 8)).astype(np.float32) / 6
    np.savez(tmp_path / "decaying.npz", W=decaying, U=np.ones((8, 2)), b=np.zeros(8))
    np.save(tmp_path / "growing.npy", np.array([[1, 1.5], [-1.5, -2]]))
    keras = {"lstm/lstm_cell/recurrent_kernel:0": GENERATOR.normal(size=(3, 12)) / 30}
    np.savez_compressed(tmp_path / "keras.npz", **keras)
    return tmp_path


def test_one_layer_is_told_in_full(analyze, folder):
    code, out, error = analyze(folder / "decaying.npz")
    assert (code, error) == (0, "")
    for words in (
        "W in", "8 units, 2 inputs per step, φ = tanh", "spectral radius", "commonly concluded",
        "decision: gradients vanish", "whatever the inputs", "the smallest float64", "certificate",
    ):  # fmt: skip
        assert words in " ".join(out.split())


def test_many_files_get_one_table_and_one_object(analyze, folder):
    target = folder / "out.json"
    np.savez(folder / "other.npz", dense=np.eye(3))
    code, out, error = analyze(folder, "--json", target, "--input-bound", "1")
    assert (code, error) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == [
        "file", "decaying.npz", "growing.npy", "keras.npz", "–",
    ]  # fmt: skip
    document = json.loads(target.read_text())
    by_file = {entry["file"].rsplit("/")[-1]: entry for entry in document["layers"]}
    assert by_file["decaying.npz"]["decision"] == "decay"
    assert by_file["decaying.npz"]["rate_upper"] < 1
    assert by_file["growing.npy"]["decision"] == "explosion_possible"
    assert by_file["growing.npy"]["rate_lower"] > 1
    assert by_file["keras.npz"]["kind"] == "lstm"
    assert by_file["keras.npz"]["decision"] == "undecided"  # its input weights aren't there
    assert by_file["keras.npz"]["shape"] == [3, 12]
    assert document["problems"][0]["skipped"] is True


def test_json_to_standard_output_is_all_there_is_on_it(analyze, folder):
    code, out, error = analyze(folder / "growing.npy", "--json", "-")
    assert code == 0
    assert json.loads(out)["layers"][0]["name"] == "W"
    assert "gradients can explode" in error


def test_float32_is_taken_exactly(analyze, folder):
    W = np.load(folder / "decaying.npz")["W"]
    np.save(folder / "wide.npy", W.astype(np.float64))
    np.save(folder / "narrow.npy", W)
    found = []
    for name in ("wide.npy", "narrow.npy"):
        _, out, _ = analyze(folder / name, "--json", "-")
        (layer,) = json.loads(out)["layers"]
        found.append((layer["matrices"], layer["decision"]))
    assert found[0] == found[1]


def test_a_bad_file_among_good_ones_is_named_and_the_rest_analysed(analyze, folder):
    (folder / "bad.npz").write_bytes(b"PK\3\4 no archive")
    code, out, _ = analyze(folder)
    assert code == 2
    assert "growing.npy" in out
    assert "✗" in out
    assert "bad.npz can't be read" in out
    code, out, error = analyze(folder / "bad.npz")
    assert code == 2
    assert "bad.npz" in error


def test_a_layer_that_cannot_be_read_does_not_stop_the_others(analyze, folder):
    np.save(folder / "nan.npy", np.full((2, 2), np.nan))
    code, out, _ = analyze(folder / "nan.npy", folder / "growing.npy")
    assert code == 2
    assert "nan.npy: W is nan at (0, 0)" in out
    assert "can explode" in out
    code, out, error = analyze(folder / "nan.npy")
    assert (code, out) == (2, "")
    assert "nan.npy: W is nan" in error


def test_layers_are_asked_for_by_name(analyze, folder):
    np.savez(folder / "two.npz", **{"a.W": np.eye(2) / 2, "b.W": np.eye(2), "core": np.eye(3) / 3})
    code, out, _ = analyze(folder / "two.npz", "--layer", "a.*")
    assert code == 0
    assert out.startswith("a.W  in")
    code, out, _ = analyze(folder / "two.npz", "--layer", "core", "--layer", "a.W")
    assert code == 0
    assert len(out.splitlines()) == 3
    code, _, error = analyze(folder / "two.npz", "--layer", "c.W")
    assert code == 2
    assert "give --layer with one of a.W (2, 2), b.W (2, 2)" in error
    # In a folder, files without that layer are passed over.
    code, out, _ = analyze(folder, "--layer", "core")
    assert code == 0
    assert "core  in" in out


def test_the_activation_matters(analyze, folder):
    W = np.load(folder / "growing.npy")
    np.save(folder / "large.npy", W * 1.5)
    _, tanh, _ = analyze(folder / "large.npy")
    _, logistic, _ = analyze(folder / "large.npy", "--activation", "logistic")
    assert "can explode" in tanh
    assert "gradients vanish" in logistic
    assert "γ‖W‖ < 1" in logistic
    code, _, error = analyze(folder / "large.npy", "--activation", "step")
    assert code == 2
    assert "tanh" in error


def test_gradients_are_measured_along_inputs(analyze, folder):
    x = GENERATOR.normal(size=(40, 2))
    np.save(folder / "x.npy", x)
    code, out, _ = analyze(folder / "decaying.npz", "--inputs", folder / "x.npy", "--json", "-")
    assert code == 0
    run = json.loads(out)["layers"][0]["run"]
    assert run["steps"] == list(range(41))
    weights = np.load(folder / "decaying.npz")
    h, product = np.zeros(8), np.eye(8)
    for k, row in enumerate(x, start=1):
        h = np.tanh(weights["W"].astype(float) @ h + weights["U"] @ row)
        product = (1 - h**2)[:, np.newaxis] * weights["W"] @ product
        assert np.isclose(run["log_norms"][k], np.log(np.linalg.norm(product, 2)))
    np.save(folder / "wrong.npy", GENERATOR.normal(size=(40, 3)))
    code, _, error = analyze(folder / "decaying.npz", "--inputs", folder / "wrong.npy")
    assert code == 2
    assert "takes 2 inputs per step" in error
    # Among many layers, those that take other inputs are told, and aren't run.
    code, out, _ = analyze(folder, "--inputs", folder / "x.npy", "--json", folder / "out.json")
    assert code == 0
    assert "keras.npz: lstm/lstm_cell/recurrent_kernel:0 takes other inputs" in out
    layers = json.loads((folder / "out.json").read_text())["layers"]
    assert {entry["file"].rsplit("/")[-1]: entry["run"] is not None for entry in layers} == {
        "decaying.npz": True,
        "growing.npy": True,
        "keras.npz": False,
    }


def test_a_picture_is_written(analyze, folder):
    pytest.importorskip("matplotlib")
    code, _, _ = analyze(folder / "growing.npy", "--plot", folder / "a.png")
    assert code == 0
    assert (folder / "a.png").read_bytes().startswith(b"\x89PNG")
    code, _, error = analyze(folder, "--plot", folder / "b.png")
    assert code == 2
    assert "name one with --layer" in error


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.npy"], "isn't there"),
        (["growing.npy", "--plot", "a.gif"], ".png"),
        (["growing.npy", "--json", "none/a.json"], "which isn't there"),
        (["growing.npy", "--inputs", "none.npy"], "which isn't there"),
        (["growing.npy", "--inputs", "decaying.npz"], "call the array of inputs x"),
        (["growing.npy", "--budget", "inf"], "number"),
    ],
)
def test_wrong_usage_is_told_before_any_work(analyze, folder, monkeypatch, arguments, words):
    monkeypatch.chdir(folder)
    code, out, error = analyze(*arguments)
    assert (code, out) == (2, "")
    assert words in error


@pytest.mark.parametrize("arguments", [[], ["a.npy", "--budget", "0"], ["a.npy", "--what"]])
def test_exit_code_of_wrong_options(arguments):
    command = [sys.executable, "-m", "gradproof", "analyze", *arguments]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert "Traceback" not in found.stderr


def test_a_program_sees_the_exit_code_and_no_traceback(folder):
    command = [sys.executable, "-m", "gradproof", "analyze", str(folder / "growing.npy")]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
    (folder / "bad.npy").write_bytes(b"\x93NUMPY")
    command[-1] = str(folder / "bad.npy")
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert found.stderr.startswith("gradproof: error: ")
    assert "Traceback" not in found.stderr


def test_torch_modules_are_analysed(analyze, tmp_path):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    torch.save(torch.nn.GRU(3, 5, num_layers=2).state_dict(), tmp_path / "gru.pt")
    code, out, _ = analyze(tmp_path / "gru.pt", "--json", "-", "--input-bound", "1")
    assert code == 0
    layers = json.loads(out)["layers"]
    assert [(x["name"], x["kind"], x["inputs"]) for x in layers] == [
        ("weight_hh_l0", "gru", 3),
        ("weight_hh_l1", "gru", 5),
    ]


DOCUMENT = (Path(__file__).parents[1] / "docs" / "analyze.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@pytest.mark.parametrize("shown", re.findall(r"```text\n\$ (.*?)```", DOCUMENT, re.S))
def test_what_the_documentation_shows_is_printed(analyze, tmp_path, monkeypatch, shown):
    """Words are the same, and numbers up to what a search for a certificate may differ by."""
    monkeypatch.chdir(tmp_path)
    (making,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.S)
    exec(making, {})
    command, _, expected = shown.partition("\n")
    code, out, _ = analyze(*command.split()[2:])
    assert code == 0
    texts = [re.sub(r"\d\.\d s$", "", text.strip()) for text in (expected, out)]
    words = [NUMBER.sub("0", text).split() for text in texts]
    assert words[0] == words[1]
    numbers = [[float(n.replace(",", "")) for n in NUMBER.findall(text)] for text in texts]
    assert np.allclose(*numbers, rtol=0.05)


def test_the_documentation_lists_the_keys_of_the_json(analyze, folder):
    _, out, _ = analyze(folder / "decaying.npz", "--json", "-")
    (layer,) = json.loads(out)["layers"]
    for key in (*layer, *layer["criteria"][0], *layer["horizon"], "problems"):
        assert f"`{key}`" in DOCUMENT or f'`"{key}"`' in DOCUMENT
