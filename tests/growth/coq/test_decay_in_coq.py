"""Certificates of decay as Coq files: the kernel accepts right ones, and no wrong ones."""

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from kernel import checked, needs_coq

from gradproof.errors import FormalProofError, OutOfRangeError
from gradproof.growth.certificates import (
    certificate_of,
    decay_certificate,
    diagonal_scaling_certificate,
    explosion_certificate,
)
from gradproof.growth.coq import decay
from gradproof.growth.coq.decay import decay_certificate_as_coq
from gradproof.growth.decision import decide

ROTATION = [[0.5, -0.25], [0.25, 0.5]]  # its norm is √5/4 = 0.559…


def rotation_in_coq():
    return decay_certificate_as_coq(decay_certificate(ROTATION, [1, 1], [1, 1], 0.5625))


def decided(size, scale, activation):
    """Return a certificate with a full metric for random weights."""
    W = np.random.default_rng(size).normal(size=(size, size)) * scale / math.sqrt(size)
    found = certificate_of(W, decide(W, activation=activation))
    assert isinstance(found["metric"]["integers"][0], list)
    return found


def in_modules(texts):
    """Return files about certificates as one file: to load MathComp takes most of the time."""
    heads, bodies = zip(*(text.split("(** W", 1) for text in texts), strict=True)
    modules = (f"Module M{k}.\n(** W{body}\nEnd M{k}.\n" for k, body in enumerate(bodies))
    return heads[0] + "".join(modules)


def narrow():
    """Return a file about ROTATION and slopes up to 3/4."""
    made = decay_certificate(ROTATION, [1, 1], [1, 1], 0.5625, slopes=(0.0, 0.75))
    return decay_certificate_as_coq(made)


@needs_coq
def test_coq_accepts_certificates(tmp_path, monkeypatch):
    logistic = decided(4, 3.0, "logistic")
    linear = decided(4, 1.0, "identity")
    assert linear["multipliers"] is None
    graded = diagonal_scaling_certificate([[0.0, 2.0**60], [2.0**-70, 0.25]], [2.0**-64, 1.0], 0.5)
    certificates = {
        "Corollary logistic_gradients_vanish": logistic,
        "Theorem gradients_vanish": decided(4, 0.6, "silu"),  # α < 0 < β, α + β ≠ 0
        "Corollary identity_gradients_vanish": linear,
        "Corollary tanh_gradients_vanish": graded,
    }
    texts = []
    for theorem, certificate in certificates.items():
        texts.append(decay_certificate_as_coq(certificate))
        assert theorem in texts[-1]
    texts.append(decay_certificate_as_coq(decided(4, 0.75, "tanh"), slack=2.0**-10))
    texts.append(narrow().split("Corollary")[0] + "End Network.\n")
    monkeypatch.setattr(decay, "short_factors", lambda rows: iter(()))
    texts.append(decay_certificate_as_coq(logistic))
    assert texts[-1] != texts[0]
    checked(tmp_path, in_modules(texts))


CHANGES = {
    "a smaller rate": ("rate := Quotient 9 ", "rate := Quotient 8 "),
    "a larger weight": ("[:: 2; -1]", "[:: 3; -1]"),
    "a smaller constant": ("constant := Quotient 1 1", "constant := Quotient 9 10"),
    "a smaller metric at its end": ("[:: 0; 1]", "[:: 0; 0]"),
    "a metric that isn't diagonal": ("[:: 0; 1]", "[:: 1; 1]"),
    "a negative multiplier": ("[:: 1; 1]%dec_int", "[:: 1; -1]%dec_int"),
    "slopes beyond": ("greatest_slope := 1", "greatest_slope := 2"),
    "a larger least eigenvalue": ("least := 1", "least := 2"),
    "another factor": ("[:: 0; 361]", "[:: 0; 400]"),
    "a scale of zero": ("(powers_of_two contraction_root_scales)", "[::]"),
    "a negative weight of the factor": ("(2 ^ 83)", "(-1)"),
    "a rate of one": ("rate := Quotient 9 (2 ^ 4)", "rate := Quotient 16 (2 ^ 4)"),
    "a negative denominator": ("weight_denominator := (2 ^ 2)", "weight_denominator := -4"),
}


@needs_coq
def test_the_check_computes_false_on_wrong_numbers(tmp_path):
    text = rotation_in_coq().split("Lemma checked")[0]
    proof = "Goal check_decay data = false. Proof. vm_compute. reflexivity. Qed."
    wrong = []
    for old, new in CHANGES.values():
        assert old in text
        wrong.append(text.replace(old, new, 1) + proof)
    checked(tmp_path, in_modules(wrong))


@needs_coq
def test_coq_refuses_a_wrong_rate(tmp_path):
    text = rotation_in_coq().replace("Quotient 9 (2 ^ 4)", "Quotient 8 (2 ^ 4)")
    with pytest.raises(FormalProofError, match="check_decay"):
        checked(tmp_path, text)


@needs_coq
def test_slopes_that_are_too_narrow_prove_nothing_of_tanh(tmp_path):
    with pytest.raises(FormalProofError, match="slopes_contain_unit"):
        checked(tmp_path, narrow())


def test_the_theorem_states_the_very_numbers():
    found = decay_certificate([[0.5, 0.25], [0.0, 0.25]], [1, 1], [1, 1], 0.625)
    text = decay_certificate_as_coq(found)
    assert "<= fraction R 1 1 * fraction R 5 (2 ^ 3) ^+ n" in text
    assert "slopes_within phi (fraction R 0 1) (fraction R 1 1)" in text
    assert re.search(r"weight_numerators : .*\n\[:: 2; 1\];\n\[:: 0; 1\]\]", text)
    assert "r ≤ 0.625 and C ≤ 1" in text


def test_slack_enlarges_rate_and_constant_by_no_more():
    certificate = decided(4, 0.75, "tanh")
    exact, relaxed = (decay_certificate_as_coq(certificate, slack=s) for s in (0.0, 2.0**-10))
    for name in ("rate", "constant"):
        values = []
        for text in (exact, relaxed):
            p, k = re.search(rf"{name} := Quotient (\d+) \(2 \^ (\d+)\)", text).groups()
            values.append(int(p) / 2 ** int(k))
        assert 1 < values[1] / values[0] <= 1 + 2.0**-10
    assert len(relaxed) < len(exact)


def test_refusals_name_the_argument():
    explosion = explosion_certificate([[1.0, 1.5], [-1.5, -2.0]], [[0.0625, 1.0]])
    by_hash = decay_certificate(ROTATION, [1, 1], [1, 1], 0.5625, embedded=False)
    for certificate, problem in (
        (explosion, "is one of explosion"),
        (by_hash, "has the SHA-256 of its matrix alone"),
    ):
        with pytest.raises(OutOfRangeError, match=f"certificate {problem}"):
            decay_certificate_as_coq(certificate)
    with pytest.raises(OutOfRangeError, match="slack"):
        decay_certificate_as_coq(decay_certificate(ROTATION, [1, 1], [1, 1], 0.5625), slack=-1)


@pytest.mark.parametrize(("scale", "activation"), [(3.0, "logistic"), (1.0, "identity")])
def test_shorter_factors_are_found(monkeypatch, scale, activation):
    certificate = decided(4, scale, activation)
    short = decay_certificate_as_coq(certificate)
    monkeypatch.setattr(decay, "short_factors", lambda rows: iter(()))
    assert len(short) < len(decay_certificate_as_coq(certificate))


def test_the_form_of_a_single_slope_is_the_one_of_the_format():
    data = decay._data(decided(4, 1.0, "identity"))
    W = np.array([[Fraction(p, 1 << data.weight_bits) for p in row] for row in data.weights])
    X = np.array([[data.metric[max(i, j)][min(i, j)] for j in range(4)] for i in range(4)])
    rate, beta = Fraction(data.rate[0], 1 << data.rate[1]), Fraction(1, 1)
    expected = rate**2 * X - beta**2 * W.T @ X @ W
    scale = 4 ** (data.rate[1] + data.weight_bits + data.slope_bits)
    for i, row in enumerate(decay._contraction(data)):
        assert [Fraction(entry, scale) for entry in row] == list(expected[i, : i + 1])
