"""Numbers n·2^e as Coq has them: integers, and quotients p/2^k."""

from __future__ import annotations

import hashlib
import struct
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from gradproof.errors import OutOfRangeError

__all__ = ["Rows", "digest_words", "lifted", "quotient", "require_kind", "six_digits"]

Rows: TypeAlias = list[list[int]]


def require_kind(certificate: dict[str, Any], kind: str) -> None:
    """Refuse a certificate of another kind, or one without its matrix.

    Raises
    ------
    OutOfRangeError
        With what to do instead.
    """
    if certificate["kind"] != kind:
        remedy = f"give a certificate of {kind}"
        raise OutOfRangeError("certificate", f"is one of {certificate['kind']}", remedy)
    if "sha256" in certificate["matrix"]:
        remedy = "make it with the matrix in it (embedded=True)"
        raise OutOfRangeError("certificate", "has the SHA-256 of its matrix alone", remedy)


def lifted(integers: Any, bits: int) -> Any:
    """Return integers, however nested, times 2^bits."""
    if isinstance(integers, int):
        return integers << bits
    return [lifted(entry, bits) for entry in integers]


def quotient(number: dict[str, Any]) -> tuple[Any, int]:
    """Return numbers n·2^e as p/2^k with k ≥ 0."""
    exponent = number["exponent"]
    return lifted(number["integers"], max(exponent, 0)), max(-exponent, 0)


def six_digits(numerator: int, bits: int, rounding: str) -> Decimal:
    """Return p/2^k to six digits, rounded as :mod:`decimal` names it."""
    return Context(prec=6, rounding=rounding).divide(Decimal(numerator), Decimal(1 << bits))


def digest_words(weights: Rows, bits: int) -> str:
    """Return words about the SHA-256 of weights/2^bits, where its entries are float64 numbers."""
    scale = 1 << bits
    entries = [entry for row in weights for entry in row]
    try:
        floats = [entry / scale for entry in entries]
    except OverflowError:
        return ""
    if any(Fraction(float_) * scale != p for float_, p in zip(floats, entries, strict=True)):
        return ""
    digest = hashlib.sha256(struct.pack(f"<{len(floats)}d", *floats)).hexdigest()
    return f"\n    The SHA-256 of its rows, as little-endian 64-bit numbers, is\n    {digest}."
