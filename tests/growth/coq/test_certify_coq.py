"""``gradproof certify --coq``: the file, what Coq says of it, and what is said without Coq."""

import numpy as np
import pytest
from kernel import needs_coq
from typer.testing import CliRunner

from gradproof.cli import app
from gradproof.growth.coq import decay

DECAYS, EXPLODES = [[0.5, -0.25], [0.25, 0.5]], [[1.0, 1.5], [-1.5, -2.0]]


@pytest.fixture
def certify(tmp_path):
    def run(W, *options):
        np.save(tmp_path / "w.npy", np.array(W))
        words = [tmp_path / "w.npy", "-o", tmp_path / "c.json", "--coq", tmp_path / "c.v", *options]
        done = CliRunner().invoke(app, ["certify", *map(str, words)])
        return done.exit_code, done.output

    return run


@needs_coq
@pytest.mark.parametrize(
    ("W", "theorem"), [(DECAYS, "tanh_gradients_vanish"), (EXPLODES, "tanh_gradients_explode")]
)
def test_the_kernel_accepts_what_certify_writes(certify, tmp_path, W, theorem):
    code, printed = certify(W, "--hash")
    assert code == 0
    assert "c.v: Coq's kernel accepts it (" in printed
    assert f"Corollary {theorem}" in (tmp_path / "c.v").read_text(encoding="utf-8")


@needs_coq
def test_what_the_kernel_refuses_is_no_success(certify, monkeypatch):
    right = decay.decay_certificate_as_coq

    def wrong(certificate):
        return right(certificate).replace("least_slope := 0", "least_slope := 1")

    monkeypatch.setattr(decay, "decay_certificate_as_coq", wrong)
    code, printed = certify(DECAYS)
    assert code == 1
    assert "is refused by Coq" in printed


def test_without_coq_the_file_is_written_and_a_word_said(certify, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    code, printed = certify(DECAYS)
    assert code == 0
    assert "not checked: coqc isn't there" in printed
    assert (tmp_path / "c.v").read_text(encoding="utf-8").startswith("(** * Gradients vanish")
