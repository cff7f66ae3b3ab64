"""A certificate of explosion as a Coq file: its kernel proves the explosion for the very matrix.

The file holds the numbers of the certificate, all integers, and one theorem, which follows from
``explosion_certificate.check_explosion_sound`` (proofs/formal/explosion_certificate.v) and from a
computation: Coq's kernel runs ``check_explosion`` on the numbers. Nothing here is trusted: a wrong
number makes Coq refuse the file.

Coq multiplies integers bit by bit, so the metrics and the factors of the certificate are replaced
by ones with as few bits as still prove the same rate. Where none are found, the certificate's own
are taken as they are.

**Which metrics.** With S = diag(2^{s_i}) let S⁻¹N_kS⁻¹ have diagonals near 1, for
N_k = r²P_{k−1} − (D_kW)ᵀP_k(D_kW). Entry (i, j) of every metric is rounded to a multiple of
2^{s_i + s_j − b}; that changes S⁻¹N_kS⁻¹ by less than d2^−b (r² + ‖SD_kWS⁻¹‖²), so a few bits b are
enough where N_k is far from singular.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR
from typing import Any, NamedTuple

import numpy as np

from gradproof.growth.coq.factors import Factor, given_factor, short_factors
from gradproof.growth.coq.numbers import (
    Rows,
    digest_words,
    lifted,
    quotient,
    require_kind,
    six_digits,
)
from gradproof.growth.coq.text import factor_definition, flat, fraction, nested, power, requiring

__all__ = ["explosion_certificate_as_coq"]

#: Bits of a rounded metric below the scale of N, as they are tried.
_BITS = range(6, 46, 2)

#: Activations that the theories define, with the word that their theorem takes.
_KNOWN = {
    "tanh": ("word_in_unit", "tanh_activation", "tanh_word_occurs"),
    "logistic": ("word_in_quarter", "logistic_activation", "logistic_word_occurs"),
    "softplus": ("word_in_open_unit", "softplus_activation", "softplus_word_occurs"),
    "identity": ("word_of_ones", "identity_activation", "identity_word_occurs"),
}


class _Data(NamedTuple):
    """The numbers of a certificate as the theory has them; quotients are (p, k) = p/2^k."""

    weights: Rows
    weight_bits: int
    word: Rows
    word_bits: int
    rate: tuple[int, int]
    metrics: list[Rows]
    metric_exponent: int
    vector: list[int]


def explosion_certificate_as_coq(certificate: dict[str, Any]) -> str:
    r"""Return the text of a Coq file that proves the explosion which a certificate is about.

    The rate and the word are those of the certificate. It isn't checked here; if it is wrong, Coq
    doesn't accept the file. There are two theorems for tanh, logistic, softplus and the identity:
    one about every activation that has the slopes of the word, and one about this very activation.
    For others there is the first alone.

    Parameters
    ----------
    certificate
        As :func:`gradproof.growth.certificates.explosion_certificate` returns it, or :mod:`json`
        reads it.

    Raises
    ------
    OutOfRangeError
        If it is a certificate of decay, or is about a matrix by its SHA-256 alone.

    >>> from gradproof.growth.certificates import explosion_certificate
    >>> made = explosion_certificate([[1.0, 1.5], [-1.5, -2.0]], [[0.0625, 1.0]])
    >>> text = explosion_certificate_as_coq(made)
    >>> print(text[text.index("Corollary") : text.index("Proof", text.index("Corollary"))])
    Corollary tanh_gradients_explode (net : network R 1 m) (V : 'M[R]_(m, 2)) :
        (forall i j, recurrent_weight net i j =
           fraction R (entry (integer_rows weight_numerators) i j) (2 ^ 1)) ->
        input_weight net *m V = 1%:M ->
      forall (t : nat) (h : 'cV[R]_2), exists x : nat -> 'cV[R]_m,
        (forall k i, slopes (tanh_activation R) net (x (t + k.+1)%N)
             (state (tanh_activation R) net x t k h) i 0 =
           fraction R (entry (integer_rows word_numerators) (k %% 1) i) (2 ^ 4)) /\
        (forall j, fraction R 8689251963400935 (2 ^ 52) ^+ (1 * j)
           <= spectral_norm (jacobian_product (tanh_activation R) net x t (1 * j) h)) /\
        (exists2 b, 0 < b & forall n, b * fraction R 8689251963400935 (2 ^ 52) ^+ n
           <= spectral_norm (jacobian_product (tanh_activation R) net x t n h)) /\
        (fun n => spectral_norm (jacobian_product (tanh_activation R) net x t n h)) --> +oo.
    <BLANKLINE>
    """
    require_kind(certificate, "explosion")
    data = _data(certificate)
    short = _short_proof(data)
    lifts = [_lift(data)] * len(data.weights)
    given = [given_factor(f, lifts, data.metric_exponent) for f in certificate["factors"]]
    metrics, factors = short or (data.metrics, given)
    return _text(data._replace(metrics=metrics), factors, certificate["activation"])


def _data(certificate: dict[str, Any]) -> _Data:
    """Return the numbers, with common denominators, and the metrics' common factor left out."""
    low = min(metric["exponent"] for metric in certificate["metrics"])
    metrics = [
        lifted(metric["integers"], metric["exponent"] - low) for metric in certificate["metrics"]
    ]
    weights, weight_bits = quotient(certificate["matrix"])
    word, word_bits = quotient(certificate["word"])
    return _Data(
        weights=weights,
        weight_bits=weight_bits,
        word=word,
        word_bits=word_bits,
        rate=quotient(certificate["rate"]),
        metrics=[_triangle(metric) for metric in metrics],
        metric_exponent=low,
        vector=certificate["vector"]["integers"],
    )


def _triangle(metric: list[Any]) -> Rows:
    """Return the rows of a lower triangle, also of one that is given by its diagonal."""
    if isinstance(metric[0], int):
        return [[0] * i + [entry] for i, entry in enumerate(metric)]
    return metric


def _lift(data: _Data) -> int:
    """Return k, where ``descent`` computes N times 4^k."""
    return data.rate[1] + data.weight_bits + data.word_bits


def _descents(data: _Data, metrics: list[Rows]) -> list[Rows]:
    """Return the lower triangles of N_1, …, N_L, times the denominators."""
    square = (data.rate[0] << data.weight_bits + data.word_bits) ** 2
    W, descents = np.array(data.weights, dtype=object), []
    for k, slopes in enumerate(data.word):
        step = np.array(slopes, dtype=object)[:, np.newaxis] * W
        image = step.T @ (_full(metrics[(k + 1) % len(metrics)]) @ step)
        image <<= 2 * data.rate[1]
        descents.append(
            [
                [square * p - int(image[i, j]) for j, p in enumerate(row)]
                for i, row in enumerate(metrics[k])
            ]
        )
    return descents


def _full(rows: Rows) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return the symmetric matrix with a lower triangle."""
    full = np.zeros((len(rows), len(rows)), dtype=object)
    for i, row in enumerate(rows):
        full[i, : i + 1] = full[: i + 1, i] = row
    return full


def _short_proof(data: _Data) -> tuple[list[Rows], list[Factor]] | None:
    """Return metrics and factors with few bits that prove the same rate, if there are any."""
    descents = _descents(data, data.metrics)
    diagonals = [[rows[i][i] for rows in descents] for i in range(len(data.weights))]
    if min(map(min, diagonals)) <= 0:
        return None
    x = np.array(data.vector, dtype=object)
    scales = [min(map(int.bit_length, diagonal)) // 2 - _lift(data) for diagonal in diagonals]
    for bits in _BITS:
        metrics = _rounded(data.metrics, scales, bits)
        factors = [next(short_factors(rows), None) for rows in _descents(data, metrics)]
        found = [factor for factor in factors if factor is not None]
        if len(found) == len(factors) and x @ _full(metrics[0]) @ x < 0:
            return metrics, found
    return None


def _rounded(metrics: list[Rows], scales: list[int], bits: int) -> list[Rows]:
    """Return metrics rounded to multiples of 2^{s_i + s_j − b}, up to a common power of two."""
    rounded = [
        [
            [_nearest(p, s + scales[j] - bits) for j, p in enumerate(row)]
            for s, row in zip(scales, rows, strict=True)
        ]
        for rows in metrics
    ]
    entries = [p for rows in rounded for row in rows for p in row if p]
    spare = min((p & -p).bit_length() - 1 for p in entries) if entries else 0
    return [[[p >> spare for p in row] for row in rows] for rows in rounded]


def _nearest(integer: int, bits: int) -> int:
    """Return a multiple of 2^bits that is nearest to an integer."""
    return integer if bits <= 0 else (integer + (1 << bits - 1) >> bits) << bits


def _text(data: _Data, factors: list[Factor], activation: str) -> str:
    """Return the Coq file."""
    size, steps = len(data.weights), len(data.word)
    weight, slope = power(data.weight_bits), power(data.word_bits)
    names = range(1, steps + 1)
    common = {
        "dim": size - 1,
        "size": size,
        "steps": steps,
        "weight": weight,
        "slope": slope,
        "rate": fraction(*data.rate),
    }
    rate = six_digits(*data.rate, ROUND_FLOOR)
    multiples = ", ".join(str(steps * k) for k in (1, 2, 3))
    parts = [
        _HEADER.format(
            size=size,
            multiples=multiples,
            rate=rate,
            digest=digest_words(data.weights, data.weight_bits),
        ),
        requiring("activations", "logistic", "softplus", "explosion_certificate"),
        f"(** W, times 2^{data.weight_bits}: its rows *)\n"
        + nested("weight_numerators", data.weights),
        f"(** The slopes of the word, times 2^{data.word_bits} *)\n"
        + nested("word_numerators", data.word),
        "(** The metrics, their lower triangles, and the vector *)",
        *(nested(f"metric_{k}", rows) for k, rows in zip(names, data.metrics, strict=True)),
        flat("vector_numbers", data.vector),
        "(** Rounded factors of the matrices that have to be positive semidefinite *)",
        *(factor_definition(f"root_{k}", factor) for k, factor in zip(names, factors, strict=True)),
        _CERTIFICATE.format(
            dim=size - 1,
            weight=weight,
            slope=slope,
            rate=f"{data.rate[0]} {power(data.rate[1])}",
            metrics="; ".join(f"integer_rows metric_{k}" for k in names),
            factors="; ".join(f"root_{k}" for k in names),
        ),
        _THEOREM.format(**common, claim=_CLAIM.format(**common, phi="phi")),
    ]
    if activation in _KNOWN:
        word, phi, occurs = _KNOWN[activation]
        claim = _CLAIM.format(**common, phi=f"({phi} R)")
        parts.append(
            _COROLLARY.format(**common, name=activation, word=word, occurs=occurs, claim=claim)
        )
    return "\n\n".join([*parts, "End Network.\n"])


_HEADER = """\
(** * Gradients can explode

    For h_k = φ(W h_(k-1) + U x_k + b), where W is the {size} × {size} matrix below: if U has a
    right inverse and φ has the slopes of the word below, then for all b and h_t there are inputs
    with ‖∂h_(t+n)/∂h_t‖ ≥ rⁿ for n = {multiples}, …, in the spectral norm, with r ≥ {rate}.
    For all n, and a b > 0, ‖∂h_(t+n)/∂h_t‖ ≥ b rⁿ; these norms tend to infinity.{digest}

    The kernel of Coq computes check_explosion (explosion_check.v) on the numbers below, and
    explosion_certificate.v proves what follows from it. To check, with the compiled theories in
    THEORIES: coqc -R THEORIES gradproof FILE.v *)"""

_CERTIFICATE = """\
Definition data : explosion := {{|
  dim := {dim};
  weight_rows := integer_rows weight_numerators;
  weight_denominator := {weight};
  word_rows := integer_rows word_numerators;
  slope_denominator := {slope};
  rate := Quotient {rate};
  metrics := [:: {metrics}];
  vector := integers vector_numbers;
  factors := [:: {factors}]
|}}.

Lemma checked : check_explosion data.
Proof. vm_cast_no_check (erefl true). Qed."""

_CLAIM = """\
  forall (t : nat) (h : 'cV[R]_{size}), exists x : nat -> 'cV[R]_m,
    (forall k i, slopes {phi} net (x (t + k.+1)%N)
         (state {phi} net x t k h) i 0 =
       fraction R (entry (integer_rows word_numerators) (k %% {steps}) i) {slope}) /\\
    (forall j, {rate} ^+ ({steps} * j)
       <= spectral_norm (jacobian_product {phi} net x t ({steps} * j) h)) /\\
    (exists2 b, 0 < b & forall n, b * {rate} ^+ n
       <= spectral_norm (jacobian_product {phi} net x t n h)) /\\
    (fun n => spectral_norm (jacobian_product {phi} net x t n h)) --> +oo."""

_THEOREM = """\
Section Network.

Variables (R : realType) (m : nat).

Theorem gradients_explode (phi : activation R) (net : network R {dim} m) (V : 'M[R]_(m, {size})) :
    (forall i j, recurrent_weight net i j =
       fraction R (entry (integer_rows weight_numerators) i j) {weight}) ->
    input_weight net *m V = 1%:M ->
    (forall k i, (k < {steps})%N -> (i < {size})%N -> exists z, slope phi z =
       fraction R (entry (integer_rows word_numerators) k i) {slope}) ->
{claim}
Proof. exact: (@check_explosion_sound R data checked m phi net V). Qed."""

_COROLLARY = """\
Corollary {name}_gradients_explode (net : network R {dim} m) (V : 'M[R]_(m, {size})) :
    (forall i j, recurrent_weight net i j =
       fraction R (entry (integer_rows weight_numerators) i j) {weight}) ->
    input_weight net *m V = 1%:M ->
{claim}
Proof.
have contained : {word} data by vm_cast_no_check (erefl true).
move=> weights right_inverse; apply: gradients_explode weights right_inverse _.
exact: (@{occurs} R data checked contained).
Qed."""
