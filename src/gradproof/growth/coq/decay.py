"""A certificate of decay as a Coq file: its kernel proves the decay for the very matrix.

The file holds the numbers of the certificate, all integers, and one theorem, which follows from
``certificate.check_decay_sound`` (proofs/formal/certificate.v) and from a computation: Coq's kernel
runs ``check_decay`` on the numbers. Nothing here is trusted: a wrong number makes Coq refuse the
file.

The factors are replaced by shorter ones (:mod:`gradproof.growth.coq.factors`). Where none is found,
the certificate's own are taken as they are.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from gradproof.errors import OutOfRangeError
from gradproof.growth.coq import decay_words as words_of
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

__all__ = ["decay_certificate_as_coq"]

#: Activations that the theories define, with the slopes that their theorems give them.
_KNOWN = {
    "tanh": ("unit", "tanh_activation", "tanh_slopes_within"),
    "logistic": ("quarter", "logistic_activation", "logistic_slopes_within"),
    "identity": ("one", "identity_activation", "identity_slopes_within"),
}


class _Data(NamedTuple):
    """The numbers of a certificate as the theory has them; quotients are (p, k) = p/2^k."""

    weights: Rows
    weight_bits: int
    slopes: tuple[int, int]
    slope_bits: int
    rate: tuple[int, int]
    constant: tuple[int, int]
    metric: Rows
    multipliers: list[int]
    least: int
    greatest: int
    metric_exponent: int


def decay_certificate_as_coq(certificate: dict[str, Any], *, slack: float = 0.0) -> str:
    r"""Return the text of a Coq file that proves the decay which a certificate is about.

    The certificate isn't checked here; if it is wrong, Coq doesn't accept the file.

    Parameters
    ----------
    certificate
        As :func:`gradproof.growth.certificates.decay_certificate` returns it, or :mod:`json` reads
        it.
    slack
        The rate and the constant that the file states are those of the certificate, times at most
        1 + slack. Numbers then have fewer digits: with 2⁻¹⁰ Coq takes about two
        thirds of the time.

    Raises
    ------
    OutOfRangeError
        If it is a certificate of explosion, or is about a matrix by its SHA-256 alone; if the
        slack isn't in [0, 1].

    >>> from gradproof.growth.certificates import decay_certificate
    >>> made = decay_certificate([[0.5, -0.25], [0.25, 0.5]], [1, 1], [1, 1], 0.5625)
    >>> text = decay_certificate_as_coq(made)
    >>> print(text[text.index("Theorem") : text.index("Proof", text.index("Theorem"))])
    Theorem gradients_vanish (phi : activation R) (net : network R 1 m) :
        (forall i j, recurrent_weight net i j =
           fraction R (entry (integer_rows weight_numerators) i j) (2 ^ 2)) ->
        slopes_within phi (fraction R 0 1) (fraction R 1 1) ->
      forall (x : nat -> 'cV[R]_m) (t : nat) (h : 'cV[R]_2),
        (forall n, spectral_norm (jacobian_product phi net x t n h)
           <= fraction R 1 1 * fraction R 9 (2 ^ 4) ^+ n) /\
        (fun n => jacobian_product phi net x t n h) --> (0 : 'M[R]_2).
    <BLANKLINE>
    """
    require_kind(certificate, "decay")
    if not 0 <= slack <= 1:
        raise OutOfRangeError("slack", f"is {slack}", "give a number in [0, 1]")
    data = _data(certificate)
    if slack:
        data = _relaxed(data, Fraction(slack), certificate["factors"])
    return _text(data, _factors(data, certificate["factors"]), certificate["activation"])


def _data(certificate: dict[str, Any]) -> _Data:
    """Return the numbers, with common denominators, and the metric's common factor left out."""
    absent = {"exponent": certificate["metric"]["exponent"], "integers": []}
    numbers = [certificate[name] for name in ("metric", "multipliers", "least", "greatest")]
    numbers[1] = numbers[1] or absent
    low = min(number["exponent"] for number in numbers)
    metric, multipliers, least, greatest = (
        lifted(number["integers"], number["exponent"] - low) for number in numbers
    )
    if isinstance(metric[0], int):
        metric = [[0] * i + [entry] for i, entry in enumerate(metric)]
    weights, weight_bits = quotient(certificate["matrix"])
    slopes = certificate["slopes"]
    finest = min(slope["exponent"] for slope in slopes)
    both = [lifted(slope["integers"], slope["exponent"] - finest) for slope in slopes]
    (alpha, beta), slope_bits = quotient({"integers": both, "exponent": finest})
    return _Data(
        weights=weights,
        weight_bits=weight_bits,
        slopes=(alpha, beta),
        slope_bits=slope_bits,
        rate=quotient(certificate["rate"]),
        constant=quotient(certificate["constant"]),
        metric=metric,
        multipliers=multipliers,
        least=least,
        greatest=greatest,
        metric_exponent=low,
    )


def _relaxed(data: _Data, slack: Fraction, factors: dict[str, Any]) -> _Data:
    """Return data with a larger rate and constant, and κ₁ and κ₂ further off the eigenvalues.

    C²κ₁ ≥ κ₂ remains: (1 + s/2)²(1 − s/4) ≥ 1 + s/4 for 0 ≤ s ≤ 1, with room for the rounding.
    """
    rate, constant = (Fraction(p, 1 << bits) for p, bits in (data.rate, data.constant))
    growth = min(rate * slack, (1 - rate) / 2)
    enlarged = data._replace(
        rate=_dyadic_between(rate + growth / 2, rate + growth),
        constant=_dyadic_between(constant * (1 + slack / 2), constant * (1 + slack)),
    )
    if factors["least"] is None or factors["greatest"] is None:  # the bounds are entries of X
        return enlarged
    return enlarged._replace(
        least=math.floor(data.least * (1 - slack / 4)),
        greatest=math.ceil(data.greatest * (1 + slack / 4)),
    )


def _dyadic_between(low: Fraction, high: Fraction) -> tuple[int, int]:
    """Return the greatest p/2^k within two bounds, for the least k ≥ 0 that has one."""
    bits = 0
    while math.floor(high * (1 << bits)) < low * (1 << bits):
        bits += 1
    return math.floor(high * (1 << bits)), bits


def _contraction(data: _Data) -> Rows:
    """Return the lower triangle of M, times the denominators, as ``contraction`` computes it."""
    (alpha, beta), (rate, rate_bits) = data.slopes, data.rate
    together = (alpha + beta) << rate_bits
    square = (rate << data.weight_bits + data.slope_bits) ** 2
    product = 2 * alpha * beta << 2 * rate_bits
    W = np.array(data.weights, dtype=object)
    if not data.multipliers:
        return _linear_contraction(data, W, square)
    weighted = W.T * np.array(data.multipliers, dtype=object)
    gram = weighted @ W if product else np.zeros(W.shape, dtype=object)
    rows = [[-entry for entry in row] for row in data.metric]
    for row, multiplier in zip(rows, data.multipliers, strict=True):
        row[-1] += 2 * multiplier
    for i, form in enumerate(data.metric):
        mixed = [-together * int(entry) for entry in weighted[i]]
        last = [square * form[j] + product * int(gram[i, j]) for j in range(i + 1)]
        rows.append(mixed + last)
    return rows


def _linear_contraction(data: _Data, W: Any, square: int) -> Rows:
    """Return the lower triangle of r²X − β²WᵀXW, times the denominators."""
    size = len(data.metric)
    X = np.array([row + [0] * (size - len(row)) for row in data.metric], dtype=object)
    X = X + np.tril(X, -1).T
    image = W.T @ X @ W
    slope_square = (data.slopes[1] << data.rate[1]) ** 2
    return [
        [square * entry - slope_square * int(image[i, j]) for j, entry in enumerate(row)]
        for i, row in enumerate(data.metric)
    ]


def _factors(data: _Data, given: dict[str, Any]) -> list[Factor]:
    """Return factors for M, X − κ₁I and κ₂I − X."""
    size = len(data.metric)
    lift = data.rate[1] + data.weight_bits + data.slope_bits
    above = [[*row[:-1], row[-1] - data.least] for row in data.metric]
    below = [[*(-entry for entry in row[:-1]), data.greatest - row[-1]] for row in data.metric]
    plain, lifted = [0] * size, [lift] * size
    lifts = plain + lifted if data.multipliers else lifted
    return [
        _factor(rows, given[name], lifts, data.metric_exponent)
        for rows, name, lifts in (
            (_contraction(data), "contraction", lifts),
            (above, "least", plain),
            (below, "greatest", plain),
        )
    ]


def _factor(rows: Rows, given: dict[str, Any] | None, lifts: list[int], exponent: int) -> Factor:
    """Return a short factor of a lower triangle, or else the given one."""
    short = None if given is None else next(short_factors(rows), None)
    return short or given_factor(given, lifts, exponent)


def _text(data: _Data, factors: list[Factor], activation: str) -> str:
    """Return the Coq file."""
    size = len(data.weights)
    slopes = [(slope, data.slope_bits) for slope in data.slopes]
    words = {
        "dim": size - 1,
        "size": size,
        "digest": digest_words(data.weights, data.weight_bits),
        "weight": power(data.weight_bits),
        "slope": power(data.slope_bits),
        "alpha": data.slopes[0],
        "beta": data.slopes[1],
        "low": fraction(*slopes[0]),
        "high": fraction(*slopes[1]),
        "range": f"[{', '.join(f'{p / (1 << bits):.17g}' for p, bits in slopes)}]",
        "r": six_digits(*data.rate, ROUND_CEILING),
        "C": six_digits(*data.constant, ROUND_CEILING),
        "rate": f"{data.rate[0]} {power(data.rate[1])}",
        "constant": f"{data.constant[0]} {power(data.constant[1])}",
        "bound": f"{fraction(*data.constant)} * {fraction(*data.rate)} ^+ n",
        "least": data.least,
        "greatest": data.greatest,
    }
    names = ("contraction_root", "least_root", "greatest_root")
    parts = [
        words_of.HEADER.format(**words),
        requiring("activations", "logistic", "certificate"),
        f"(** W, times 2^{data.weight_bits}: its rows *)",
        nested("weight_numerators", data.weights),
        "(** A metric, its lower triangle, and multipliers *)",
        nested("metric_triangle", data.metric),
        flat("multiplier_numbers", data.multipliers),
        "(** Rounded factors of the three matrices that have to be positive semidefinite *)",
        *map(factor_definition, names, factors),
        words_of.CERTIFICATE.format(**words),
        words_of.THEOREM.format(**words),
    ]
    if activation in _KNOWN:
        kind, name, slopes_within = _KNOWN[activation]
        words |= {"kind": kind, "activation": name, "slopes": slopes_within, "name": activation}
        parts.append(words_of.COROLLARY.format(**words))
    return "\n\n".join([*parts, "End Network.\n"])
