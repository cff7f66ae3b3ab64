"""Certificates of explosion as Coq files: the kernel accepts right ones, and no wrong ones."""

import math
import re

import numpy as np
import pytest
from kernel import checked, needs_coq

from gradproof.errors import FormalProofError, OutOfRangeError
from gradproof.growth.certificates import (
    certificate_of,
    decay_certificate,
    explosion_certificate,
)
from gradproof.growth.coq import explosion
from gradproof.growth.coq.explosion import explosion_certificate_as_coq
from gradproof.growth.decision import decide

PLANAR = [[1.0, 1.5], [-1.5, -2.0]]  # ρ(W) = ½, and ρ(diag(1/16, 1)W) = 1.929…
WORD = [[0.0625, 1.0]]


def planar_in_coq(word=WORD):
    return explosion_certificate_as_coq(explosion_certificate(PLANAR, word))


def random_weights(size, scale):
    return np.random.default_rng(size).normal(size=(size, size)) * scale / math.sqrt(size)


@needs_coq
@pytest.mark.parametrize(
    ("W", "activation", "theorem"),
    [
        (PLANAR, "tanh", "Corollary tanh_gradients_explode"),
        (random_weights(5, 8.0), "logistic", "Corollary logistic_gradients_explode"),
    ],
)
def test_coq_accepts_what_is_decided(tmp_path, W, activation, theorem):
    certificate = certificate_of(W, decide(W, activation=activation))
    text = explosion_certificate_as_coq(certificate)
    assert theorem in text
    checked(tmp_path, text)


@needs_coq
def test_coq_accepts_a_word_of_three_steps(tmp_path):
    word = [[1.0, 0.5, 1.0, 0.25, 1.0], [0.75, 1.0, 1.0, 1.0, 2.0**-9], [1.0] * 5]
    certificate = explosion_certificate(random_weights(5, 3.0), word, activation="arctan")
    text = explosion_certificate_as_coq(certificate)
    assert "(k < 3)%N -> (i < 5)%N" in text
    assert "Corollary" not in text
    checked(tmp_path, text)


RATE = "rate := Quotient 8689251963400935 (2 ^ 52)"
CHANGES = {
    "a larger rate": (RATE, "rate := Quotient 8776143983034944 (2 ^ 52)"),
    "a rate of one": (RATE, "rate := Quotient 1 1"),
    "a negative denominator": (RATE, "rate := Quotient 1 (-1)"),
    "another weight": ("[:: -3; -4]", "[:: -2; -4]"),
    "another slope": ("[:: 1; 16]", "[:: 3; 16]"),
    "no word": ("word_rows := integer_rows word_numerators", "word_rows := [::]"),
    "a vector with a positive form": ("[:: 193999; 4121896]", "[:: 132794; -100000]"),
    "a vector of zeros": ("[:: 193999; 4121896]", "[:: 0; 0]"),
    "no metric": ("metrics := [:: integer_rows metric_1]", "metrics := [::]"),
    "a metric with another sign": ("[:: -", "[:: "),
    "too large a factor": ("[:: 0; 22]", "[:: 0; 100]"),
    "no factor": ("factors := [:: root_1]", "factors := [::]"),
    "a negative denominator of W": ("weight_denominator := (2 ^ 1)", "weight_denominator := -2"),
}


#: Words for other activations: what PLANAR explodes along, but φ hasn't all these slopes.
WORDS = {
    "tanh": ("word_in_unit", [[0.0, 1.0]], [[0.0625, 1.0625]]),
    "logistic": ("word_in_quarter", [[0.0, 0.25]], [[0.0625, 0.3125]]),
    "softplus": ("word_in_open_unit", [[0.0, 0.75]], [[0.0625, 1.0]]),
    "identity": ("word_of_ones", [[0.0625, 1.0]]),
}


def numbers_of(text):
    """Return what is before the numbers of a certificate, and the numbers."""
    head, rest = text.split("(** W", 1)
    return head, "(** W" + rest[: rest.index("Lemma checked")]


def modules(head, goals):
    """Return a Coq file that computes what each pair of numbers and a goal says."""
    parts = [head]
    for k, (numbers, goal) in enumerate(goals):
        proof = f"Goal {goal}. Proof. vm_compute. reflexivity. Qed."
        parts.append(f"Module Case{k}.\n{numbers}\n{proof}\nEnd Case{k}.\n")
    return "\n".join(parts)


@needs_coq
def test_the_checks_compute_false_on_wrong_numbers(tmp_path):
    head, numbers = numbers_of(planar_in_coq())
    goals = []
    for old, new in CHANGES.values():
        assert old in numbers, old
        goals.append((numbers.replace(old, new, 1), "check_explosion data = false"))
    for activation, (check, *words) in WORDS.items():
        for word in words:
            W = 4 * np.array(PLANAR)
            wrong = explosion_certificate(W, word, activation=activation)
            numbers = numbers_of(explosion_certificate_as_coq(wrong))[1]
            goals.append((numbers, f"(check_explosion data, {check} data) = (true, false)"))
    checked(tmp_path, modules(head, goals))


@needs_coq
def test_coq_refuses_a_larger_rate(tmp_path):
    text = planar_in_coq().replace(*CHANGES["a larger rate"])
    with pytest.raises(FormalProofError, match="check_explosion"):
        checked(tmp_path, text)


@needs_coq
def test_coq_refuses_a_slope_that_tanh_does_not_have(tmp_path):
    text = planar_in_coq([[0.0, 1.0]])
    assert "Corollary tanh_gradients_explode" in text
    with pytest.raises(FormalProofError, match="word_in_unit"):
        checked(tmp_path, text)


def test_the_theorem_states_the_very_numbers():
    text = planar_in_coq()
    assert "fraction R 8689251963400935 (2 ^ 52) ^+ (1 * j)" in text
    assert re.search(r"weight_numerators : .*\n\[:: 2; 3\];\n\[:: -3; -4\]\]", text)
    assert re.search(r"word_numerators : .*\n\[:: 1; 16\]\]", text)
    assert "for n = 1, 2, 3, …, in the spectral norm, with r ≥ 1.92940" in text


def test_metrics_are_rounded_to_few_bits():
    certificate = explosion_certificate(random_weights(8, 1.5), np.ones((1, 8)))
    text = explosion_certificate_as_coq(certificate)
    rounded = re.search(r"metric_1 : .*?%dec_int", text, re.DOTALL).group()
    exact = [entry for row in certificate["metrics"][0]["integers"] for entry in row]
    bits = max(abs(int(entry)) for entry in re.findall(r"-?\d{2,}", rounded)).bit_length()
    assert bits < max(map(abs, exact)).bit_length() - 8


def test_refusals_name_the_argument():
    decay = decay_certificate([[0.5]], [1], [1], 0.5)
    by_hash = explosion_certificate(PLANAR, WORD, embedded=False)
    for certificate, problem in (
        (decay, "is one of decay"),
        (by_hash, "has the SHA-256 of its matrix alone"),
    ):
        with pytest.raises(OutOfRangeError, match=f"certificate {problem}"):
            explosion_certificate_as_coq(certificate)


def test_a_shorter_proof_is_found_for_several_steps(monkeypatch):
    word = [[1.0, 0.5, 1.0, 0.25, 1.0], [0.75, 1.0, 1.0, 1.0, 2.0**-9], [1.0] * 5]
    certificate = explosion_certificate(random_weights(5, 3.0), word)
    short = explosion_certificate_as_coq(certificate)
    monkeypatch.setattr(explosion, "short_factors", lambda rows: iter(()))
    assert len(short) < len(explosion_certificate_as_coq(certificate))
