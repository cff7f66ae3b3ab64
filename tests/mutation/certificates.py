"""Change certificates in every way, and see whether the verifier accepts one that is false.

    python tests/mutation/certificates.py [--count N] [--seed S]

Each field, each entry: other signs, other sizes, other types, huge exponents, swapped and missing
parts, parts of another matrix's certificate, other weights, bytes cut off or flipped. What is still
accepted is judged by another computation in exact rationals: the matrices of a decay by symmetric
elimination, and its bound along words of slopes; an explosion by the roots of a characteristic
polynomial. A false statement, or an error other than a refusal, is printed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import copy
import io
import itertools
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from flint import acb, arb, ctx, fmpq, fmpq_mat

from gradproof.growth.certificates import (
    decay_certificate,
    diagonal_scaling_certificate,
    explosion_certificate,
)
from gradproof.verify import Proved, verify

Path = tuple[Any, ...]
_FULL = np.array([[1.0, 0.125, 0.0], [0.125, 1.0, -0.125], [0.0, -0.125, 1.0]])
#: α and β once more, from the definitions, as the judge knows them.
_SLOPES = {
    **dict.fromkeys(("tanh", "elu", "arctan", "softsign"), lambda d: 0 < d <= 1),
    **dict.fromkeys(("relu", "hard_tanh"), lambda d: d in (0, 1)),
    "logistic": lambda d: 0 < d <= Fraction(1, 4),
    "softplus": lambda d: 0 < d < 1,
    "leaky_relu": lambda d: d in (Fraction(0.01), 1),
    "silu": lambda d: -0.0998 <= d <= 1.0998,
    "gelu": lambda d: -0.1289 <= d <= 1.1289,
    "identity": lambda d: d == 1,
}
_RANGES = {
    **dict.fromkeys(_SLOPES, (0, 1)),
    "logistic": (0, Fraction(1, 4)),
    "leaky_relu": (Fraction(0.01), 1),
    "silu": (-0.0998, 1.0998),
    "gelu": (-0.1289, 1.1289),
    "identity": (1, 1),
}


@dataclass(frozen=True)
class Subject:
    """A certificate that is right, and the weights it is about."""

    name: str
    document: dict[str, Any]
    weights: bytes | None = None


@dataclass
class Outcome:
    """What became of the changed certificates."""

    total: Counter[str] = field(default_factory=Counter)
    falsehoods: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    slowest: float = 0.0


def as_npy(W: np.ndarray, dtype: str = "<f8") -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.asarray(W, dtype=dtype))
    return stream.getvalue()


def subjects() -> list[Subject]:
    """Return small certificates of all kinds."""
    W = np.array([[0.5, 0.25, 0.0], [-0.5, 0.25, 0.125], [0.0, 0.375, -0.5]])
    planar = np.array([[1.0, 1.5], [-1.5, -2.0]])
    turn = np.array([[0.0, 1.25], [-1.25, 0.5]])
    word = [[1.0, 0.75], [0.5, 1.0], [1.0, 1.0]]
    hidden = decay_certificate(W, _FULL, np.ones(3), 0.97, embedded=False)
    exploding = explosion_certificate(planar, [[0.0625, 1.0]], embedded=False)
    return [
        Subject("full metric", decay_certificate(W, _FULL, np.ones(3), 0.97)),
        Subject("full metric, hash", hidden, as_npy(W)),
        Subject("full metric, both", decay_certificate(W, _FULL, np.ones(3), 0.97), as_npy(W)),
        Subject("scaling", diagonal_scaling_certificate(W, [1.0, 0.75, 0.5], 0.95)),
        Subject("tight", decay_certificate([[0.5]], [1.0], [1.0], 0.5)),
        Subject(
            "logistic", diagonal_scaling_certificate(W * 4, np.ones(3), 0.92, activation="logistic")
        ),
        Subject("silu", diagonal_scaling_certificate(W / 2, np.ones(3), 0.6, activation="silu")),
        Subject(
            "identity",
            decay_certificate(W, _FULL, None, 0.9, activation="identity", slopes=(1.0, 1.0)),
        ),
        Subject("held", explosion_certificate(planar, [[0.0625, 1.0]])),
        Subject("held, hash", exploding, as_npy(planar)),
        Subject("word", explosion_certificate(turn, word)),
        Subject("one unit", explosion_certificate([[1.5]], [[1.0]])),
        Subject(
            "logistic word",
            explosion_certificate(planar * 4, [[0.03125, 0.25]], activation="logistic"),
        ),
    ]


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every part of a document with its place, the whole included."""
    yield path, value
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, part in inside:
        yield from leaves(part, (*path, key))


def put(document: Any, path: Path, value: Any) -> Any:
    """Return a copy of a document with another part at a place."""
    if not path:
        return value
    changed = copy.deepcopy(document)
    inside = changed
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    return changed


def other_values(value: Any, chance: random.Random) -> Iterator[Any]:
    """Yield what could stand in the place of a part."""
    if isinstance(value, int) and not isinstance(value, bool):
        near = (
            value + 1,
            value - 1,
            -value,
            2 * value,
            value // 2,
            value + chance.randint(-99, 99),
        )
        far = (0, 1, value << 60, 10**300, -(10**300), 4096, -4096, 10**9, value * (1 << 1000))
        yield from near
        yield from far
        yield from (True, 0.5, str(value & 255), None, [value], {"exponent": value})
    elif isinstance(value, list):
        yield from ([], value[:-1], value[1:], value * 2, value[::-1], [value], None, {})
        if value:
            i, j = chance.randrange(len(value)), chance.randrange(len(value))
            swapped = list(value)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            yield swapped
            yield [value[i]] * len(value)
            if all(isinstance(row, list) and len(row) == len(value) for row in value):
                yield [list(column) for column in zip(*value, strict=True)]
    elif isinstance(value, dict):
        yield from (None, [], {}, {**value, "more": 1})
        for name in value:
            yield {key: part for key, part in value.items() if key != name}
        if value:
            one, other = chance.choice(list(value)), chance.choice(list(value))
            yield {**value, one: value[other], other: value[one]}
        if "sha256" in value:
            yield {**value, "dimension": chance.randint(0, 4)}
    else:
        yield from ("", "tanh", "relu", "linear", 0, None, [], "decay", "explosion", "a" * 64)


def changed_documents(
    subject: Subject, others: list[Subject], chance: random.Random
) -> Iterator[bytes]:
    """Yield changed certificates without end: each place and change once, then random ones."""
    parts = list(leaves(subject.document))
    for path, value in parts:
        for other in other_values(value, chance):
            yield json.dumps(put(subject.document, path, other)).encode()
    for other in others:
        for name in [name for name in subject.document if name in other.document]:
            yield json.dumps(put(subject.document, (name,), other.document[name])).encode()
    text = json.dumps(subject.document).encode()
    while True:
        kind = chance.randrange(4)
        if kind == 0:
            yield text[: chance.randrange(len(text))]
        elif kind == 1:
            i = chance.randrange(len(text))
            yield text[:i] + bytes([chance.randrange(256)]) + text[i + 1 :]
        elif kind == 2:
            i = chance.choice([k for k, letter in enumerate(text) if 48 <= letter < 58])
            yield text[:i] + chance.choice(b"0123456789-[]{}e.").to_bytes() + text[i + 1 :]
        else:
            document = subject.document
            for _ in range(chance.randint(2, 4)):
                path, value = chance.choice([part for part in leaves(document) if part[0]])
                document = put(document, path, chance.choice(list(other_values(value, chance))))
            yield json.dumps(document).encode()


def run(
    count: int,
    *,
    seed: int = 0,
    verifier: Callable[..., Proved] = verify,
    only: str | None = None,
    until_false: bool = False,
) -> Outcome:
    """Try ``count`` changed certificates, and judge what is accepted."""
    chance, outcome = random.Random(seed), Outcome()
    everything = subjects()
    known = [subject for subject in everything if only in (None, subject.name)]
    refusal = sys.modules[verifier.__module__].CertificateError
    for subject in known:
        verifier(json.dumps(subject.document).encode(), subject.weights)
    streams = [
        changed_documents(subject, [other for other in everything if other is not subject], chance)
        for subject in known
    ]
    for subject, stream in itertools.islice(
        itertools.cycle(zip(known, streams, strict=True)), count
    ):
        document, weights = next(stream), subject.weights
        if weights is not None and chance.random() < 0.2:
            i = chance.randrange(len(weights))
            weights = weights[:i] + bytes([chance.randrange(256)]) + weights[i + 1 :]
        started = time.perf_counter()
        try:
            proved = verifier(document, weights)
        except refusal:
            outcome.total["refused"] += 1
        except Exception as error:  # whatever it is, it is a defect
            outcome.crashes.append(f"{subject.name}: {error!r}: {document[:200]!r}")
        else:
            outcome.total["accepted"] += 1
            if not is_true(json.loads(document), weights, proved):
                outcome.falsehoods.append(f"{subject.name}: {document!r}")
                if until_false:
                    break
        outcome.slowest = max(outcome.slowest, time.perf_counter() - started)
    return outcome


def rational(value: dict[str, Any]) -> Any:
    """Return the numbers of an object, exactly: one, a list, or rows."""
    scale = Fraction(2) ** value["exponent"]

    def scaled(part: Any) -> Any:
        return [scaled(inside) for inside in part] if isinstance(part, list) else part * scale

    return scaled(value["integers"])


def is_true(document: dict[str, Any], weights: bytes | None, proved: Proved) -> bool:
    """Whether what is said to be proved follows, by other means."""
    if weights is not None:
        try:
            stored = np.load(io.BytesIO(weights)).astype(float)
        except ValueError:
            return False
        W = [[Fraction(float(v)) for v in row] for row in stored]
        if "integers" in document["matrix"] and rational(document["matrix"]) != W:
            return False
    else:
        W = rational(document["matrix"])
    if proved.rate != rational(document["rate"]):
        return False
    if proved.kind == "explosion":
        return _explodes(W, document, proved.rate)
    return proved.constant == rational(document["constant"]) and _decays(W, document, proved)


def _explodes(W: Any, document: dict[str, Any], rate: Fraction) -> bool:
    """Whether the slopes are possible, and ρ(D_L W ⋯ D_1 W) ≥ rate^L > 1."""
    word = rational(document["word"])
    possible = _SLOPES[document["activation"]]
    if rate <= 1 or not all(possible(slope) for row in word for slope in row):
        return False
    size = len(W)
    A = fmpq_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])
    for row in word:
        entries = [row[i] * W[i][j] for i in range(size) for j in range(size)]
        A = fmpq_mat(size, size, [fmpq(v.numerator, v.denominator) for v in entries]) * A
    before, ctx.prec = ctx.prec, 400
    try:
        roots = [abs(acb(root)) for root, _ in A.charpoly().numer().complex_roots()]
        threshold = (arb(rate.numerator) / rate.denominator) ** len(word)
        return any(root > threshold * (1 - arb(2) ** -200) for root in roots)
    finally:
        ctx.prec = before


def _semidefinite(A: list[list[Fraction]]) -> bool:
    """Whether a symmetric matrix is positive semidefinite, by elimination."""
    A = [list(row) for row in A]
    for k in range(len(A)):
        if A[k][k] < 0 or (A[k][k] == 0 and any(A[k][k:])):
            return False
        for i in range(k + 1, len(A)):
            if A[k][k]:
                factor = A[i][k] / A[k][k]
                A[i] = [a - factor * b for a, b in zip(A[i], A[k], strict=True)]
    return True


def _decays(W: Any, document: dict[str, Any], proved: Proved) -> bool:
    """Whether the matrices are positive semidefinite, and the bound holds along some words."""
    size, rate = len(W), proved.rate
    X = rational(document["metric"])
    if not isinstance(X[0], list):
        X = [[X[i] if i == j else Fraction(0) for j in range(size)] for i in range(size)]
    X = [[X[max(i, j)][min(i, j)] for j in range(size)] for i in range(size)]
    low, high = (rational(slope) for slope in document["slopes"])
    least, greatest = rational(document["least"]), rational(document["greatest"])
    units = range(size)
    if document["multipliers"] is None:
        image = [
            [sum(W[k][i] * X[k][m] * W[m][j] for k in units for m in units) for j in units]
            for i in units
        ]
        M = [[rate**2 * X[i][j] - high**2 * image[i][j] for j in units] for i in units]
        right = low == high and document["activation"] == "identity" and high == 1
    else:
        T = rational(document["multipliers"])
        M = [[Fraction(0)] * (2 * size) for _ in range(2 * size)]
        for i, j in itertools.product(units, units):
            square = sum(W[k][i] * T[k] * W[k][j] for k in units)
            M[i][j] = rate**2 * X[i][j] + 2 * low * high * square
            M[size + i][size + j] = 2 * T[i] * (i == j) - X[i][j]
            M[size + i][j] = M[j][size + i] = -(low + high) * T[i] * W[i][j]
        own_low, own_high = _RANGES[document["activation"]]
        right = min(T) >= 0 and low <= own_low and high >= own_high
    shifted = [
        [[sign * (X[i][j] - bound * (i == j)) for j in units] for i in units]
        for sign, bound in ((1, least), (-1, greatest))
    ]
    right = right and 0 <= rate < 1 and least > 0 and proved.constant**2 * least >= greatest
    return right and all(map(_semidefinite, (M, *shifted))) and _bounded(W, low, high, proved)


def _bounded(W: Any, low: Fraction, high: Fraction, proved: Proved) -> bool:
    """Whether the bound holds along all words of two steps of extreme slopes, but for rounding."""
    matrix = np.array([[float(v) for v in row] for row in W])
    patterns = itertools.product((float(low), float(high)), repeat=2 * len(W))
    size = len(W)
    for slopes in patterns:
        first, second = np.diag(slopes[:size]) @ matrix, np.diag(slopes[size:]) @ matrix
        for product, steps in ((first, 1), (second @ first, 2)):
            bound = float(min(proved.constant * proved.rate**steps, 10**300))
            if np.linalg.norm(product, 2) > bound * (1 + 1e-12) + 1e-300:
                return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    outcome = run(options.count, seed=options.seed)
    print(f"{dict(outcome.total)}, the slowest {outcome.slowest:.3f} s")
    for text in (*outcome.falsehoods, *outcome.crashes):
        print(text)
    return 1 if outcome.falsehoods or outcome.crashes else 0


if __name__ == "__main__":
    sys.exit(main())
