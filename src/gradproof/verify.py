"""Check a certificate of decay or explosion: python -m gradproof.verify CERT.json [WEIGHTS.npy].

This file stands alone: the standard library, exact integers, nothing else of this package. Copy it
anywhere, read it, run it. The networks are h_k = φ(W h_{k−1} + U x_k + b) with slopes of φ in
[α, β], so that ∂h_n/∂h_0 = D_n W ⋯ D_1 W with diagonal D_k, entries in [α, β]. A ⪰ 0 (≻ 0) means
that A is symmetric and positive semidefinite (definite). Numbers are integers times powers of two.

**Definite.** If A = S(LLᵀ + E)S with an invertible diagonal S and E_ii ≥ Σ_{j≠i} |E_ij| for all i,
then E ⪰ 0 (Gershgorin) and A ⪰ 0; with > for all i, A ≻ 0. That holds for *any* L and S: a file
with bad ones is refused, and none makes a false statement pass.

**Decay.** X symmetric, T = diag(t) ⪰ 0, κ₁ > 0, X − κ₁I ⪰ 0, κ₂I − X ⪰ 0, and

    M = [[2T − X, −(α+β)TW], [−(α+β)WᵀT, r²X + 2αβWᵀTW]] ⪰ 0.

For y = DWx and v = Wx, M at (y, x) is r²xᵀXx − yᵀXy + 2 Σ_i t_i(y_i − αv_i)(y_i − βv_i). Each term
of the sum is t_i(d_i − α)(d_i − β)v_i² ≤ 0. So yᵀXy ≤ r²xᵀXx, after n steps at most r²ⁿxᵀXx, and
‖∂h_n/∂h_0‖₂² ≤ (κ₂/κ₁) r²ⁿ ≤ C² r²ⁿ for all inputs. If α = β, then y = βWx, and without T
M = r²X − β²WᵀXW ⪰ 0 says the same.

**Explosion.** Slopes D_1, …, D_L that φ′ attains, symmetric P_0, …, P_L = P_0, and a vector x with

    N_k = r²P_{k−1} − (D_kW)ᵀP_k(D_kW) ≻ 0 for k = 1, …, L,  and  xᵀP_0x < 0.

For A = D_L W ⋯ D_1 W, r^{2L}P_0 − AᵀP_0A ≻ 0: it is Σ_k r^{2(L−k)} G_kᵀN_kG_k ⪰ r^{2(L−1)}N_1 with
G_k = D_{k−1}W ⋯ D_1W. Let x_m = (A/r^L)ᵐx and V_m = x_mᵀP_0x_m. Then V_0 < 0, and for some ε > 0
V_{m+1} ≤ V_m − ε‖x_m‖², while |V_m| ≤ ‖P_0‖‖x_m‖²: |V_m| grows at least like (1 + ε/‖P_0‖)ᵐ, so
‖x_m‖² does. Hence ρ(A) > r^L, and ‖Aᵐ‖ ≥ ρ(A)ᵐ ≥ r^{Lm} for all m. If U has full row rank, inputs
give every unit any preactivation: whatever h_0, the slopes D_1, …, D_L occur again and again.
"""

# ruff: noqa: B905 (rows may differ in length on purpose, and their lengths are checked on entry)

import ast
import hashlib
import json
import math
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from operator import mul
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["ACTIVATIONS", "CertificateError", "Proved", "main", "verify"]

# What a file may ask for: bytes, parts of its structure, digits of a number, exponents of two;
# units, entries of all metrics of a word, bits of a matrix, products of 30-bit digits (a minute).
MOST_BYTES, MOST_PARTS, MOST_DIGITS, MOST_EXPONENT = 2**25, 2**17, 400, 4096
MOST_UNITS, MOST_ENTRIES, MOST_BITS, MOST_WORK = 1024, 2**22, 2**29, 2**36

Rows = list[list[int]]
Scaled = tuple[int, Rows]  # (e, rows): the matrix rows · 2^e; a symmetric one as its lower triangle

# φ: α, β, and which slopes certainly occur. tanh′ = 1 − tanh², arctan′ = 1/(1 + z²), softsign′ =
# 1/(1 + |z|)², elu′ = min(1, eᶻ) are onto (0, 1], logistic′ = s(1 − s) onto (0, ¼], softplus′ = s
# onto (0, 1). silu′ and gelu′ (with erf) are continuous, f(−z) = 1 − f(z), and their maxima are
# 1.0998393… and, at z = √2, 1.1289041…; for z < 0 leaky_relu has the slope 0.01 as float64 has it.
# Where φ has a kink, φ′ may be any number between the slopes.
_UP_TO_ONE = (Fraction(0), Fraction(1), lambda d: 0 < d <= 1)
_SILU, _GELU = (Fraction(109984, 10**5), Fraction(112891, 10**5))
ACTIVATIONS: dict[str, tuple[Fraction, Fraction, Callable[[Fraction], bool]]] = {
    **dict.fromkeys(("tanh", "arctan", "softsign", "elu"), _UP_TO_ONE),
    "logistic": (Fraction(0), Fraction(1, 4), lambda d: 0 < d <= Fraction(1, 4)),
    "softplus": (Fraction(0), Fraction(1), lambda d: 0 < d < 1),
    "relu": (Fraction(0), Fraction(1), lambda d: d in (0, 1)),
    "hard_tanh": (Fraction(0), Fraction(1), lambda d: d in (0, 1)),
    "leaky_relu": (Fraction(0.01), Fraction(1), lambda d: d in (Fraction(0.01), 1)),
    "silu": (1 - _SILU, _SILU, lambda d: abs(d - Fraction(1, 2)) <= Fraction(5998, 10**4)),
    "gelu": (1 - _GELU, _GELU, lambda d: abs(d - Fraction(1, 2)) <= Fraction(6289, 10**4)),
    "identity": (Fraction(1), Fraction(1), lambda d: d == 1),
}
_COMMON = "format kind activation matrix rate"
_FIELDS = {
    "decay": f"{_COMMON} slopes constant metric multipliers least greatest factors",
    "explosion": f"{_COMMON} word metrics vector factors illustration",
}


class CertificateError(ValueError):
    """The certificate proves nothing; the text says why."""


class Proved(NamedTuple):
    """What is proved: the kind, r, C (1 for an explosion), and the statement in words."""

    kind: str
    rate: Fraction
    constant: Fraction
    words: str


def verify(certificate: bytes, weights: bytes | None = None) -> Proved:
    """Return what a certificate (JSON) proves of the weights (NPY), or raise CertificateError."""
    _require(len(certificate) <= MOST_BYTES, f"the file is longer than {MOST_BYTES} bytes")
    zeros = certificate.translate(bytes.maketrans(b"123456789", b"0" * 9))
    _require(b"0" * (MOST_DIGITS + 1) not in zeros, f"a number has over {MOST_DIGITS} digits")
    _require(sum(map(zeros.count, b'[{:"')) <= MOST_PARTS, "there are too many parts")
    try:
        given = json.loads(certificate.decode(), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise CertificateError(f"this isn't the JSON of a certificate: {error}") from None
    _require(type(given) is dict, "the document is no object")
    kind, activation = given.get("kind"), given.get("activation")
    _require(type(kind) is str and kind in _FIELDS, "the kind is neither decay nor explosion")
    _require_fields(given, _FIELDS[kind])
    _require(given["format"] == "gradproof-certificate 1", "the format is another one")
    known = type(activation) is str and activation in ACTIVATIONS
    _require(known, f"the activation is none of {', '.join(ACTIVATIONS)}")
    matrix, name = _matrix(given["matrix"], weights)
    check = _decay if kind == "decay" else _explosion
    return check(given, matrix, f"For h_k = φ(W h_(k−1) + U x_k + b), φ = {activation}, {name}")


def _decay(given: dict[str, Any], matrix: Scaled, about: str) -> Proved:
    (w, W), size, work = matrix, len(matrix[1]), _Work()
    rate, constant = _number(given["rate"], "rate"), _number(given["constant"], "constant")
    least, greatest = (_number(given[name], name) for name in ("least", "greatest"))
    alpha, beta = (_number(slope, "slopes") for slope in _list(given["slopes"], 2, "slopes"))
    low, high, _ = ACTIVATIONS[given["activation"]]
    _require(alpha <= low and high <= beta, f"the slopes of φ leave [{alpha}, {beta}]")
    _require(0 <= rate < 1, "the rate isn't in [0, 1)")
    _require(least > 0, "least isn't positive")
    _require(constant > 0 and constant**2 * least >= greatest, "the constant is too small")
    metric = _triangle(given["metric"], size, "metric")
    if given["multipliers"] is None:
        _require(alpha == beta, "without multipliers the slopes must be one number")
        M = _sum((rate * rate, metric), (-beta * beta, work.image(metric, matrix)))
    else:
        t, integers = _scaled(given["multipliers"], "multipliers")
        T = _integers(integers, size, "multipliers")
        _require(min(T) >= 0, "a multiplier is negative")
        diagonal = (t, [[0] * i + [entry] for i, entry in enumerate(T)])
        first = _sum((2, diagonal), (-1, metric))
        weighted = (t + w, [list(map(mul, T, column)) for column in zip(*W)])
        third = _sum((rate * rate, metric))
        if alpha * beta:
            third = _sum((1, third), (2 * alpha * beta, work.image(diagonal, matrix)))
        exponent, upper, left, right = _aligned(first, _sum((-(alpha + beta), weighted)), third)
        M = exponent, upper + [row + rest for row, rest in zip(left, right, strict=True)]
    identity = (0, [[0] * i + [1] for i in range(size)])
    factors = given["factors"]
    _require_fields(factors, "contraction least greatest")
    work.require_positive(M, factors["contraction"], "contraction")
    work.require_positive(_sum((1, metric), (-least, identity)), factors["least"], "least")
    work.require_positive(_sum((greatest, identity), (-1, metric)), factors["greatest"], "greatest")
    words = (
        f"{about}:\n‖∂h_n/∂h_0‖₂ ≤ C·rⁿ for all n ≥ 0, all inputs x, all U, b and h_0,\n"
        f"with r ≤ {_decimal(rate, ROUND_CEILING)} and C ≤ {_decimal(constant, ROUND_CEILING)} "
        "(spectral norm). Gradients vanish, whatever the inputs."
    )
    return Proved("decay", rate, constant, words)


def _explosion(given: dict[str, Any], matrix: Scaled, about: str) -> Proved:
    size, work, rate = len(matrix[1]), _Work(), _number(given["rate"], "rate")
    _require(rate > 1, "the rate isn't above 1")
    d, rows = _scaled(given["word"], "word")
    steps = len(rows) if type(rows) is list else 0
    _require(0 < steps * size**2 <= MOST_ENTRIES, "the word has no usable length")
    word = [_integers(row, size, "word") for row in rows]
    _, _, occurs = ACTIVATIONS[given["activation"]]
    for slope in {slope for row in word for slope in row}:
        _require(occurs(_dyadic(slope, d)), "a slope of the word need not occur")
    metrics = [_triangle(P, size, "metrics") for P in _list(given["metrics"], steps, "metrics")]
    x = _integers(_scaled(given["vector"], "vector")[1], size, "vector")
    form = (v * (2 * sum(map(mul, row, x)) - row[-1] * v) for v, row in zip(x, metrics[0][1]))
    _require(sum(form) < 0, "the metric isn't negative at the vector")
    factors = _list(given["factors"], steps, "factors")
    for k, D in enumerate(word):
        p, P = metrics[(k + 1) % steps]
        scaled = [[v * D[i] * D[j] for j, v in enumerate(row)] for i, row in enumerate(P)]
        step = _sum((rate * rate, metrics[k]), (-1, work.image((p + 2 * d, scaled), matrix)))
        work.require_positive(step, factors[k], f"step {k + 1}", strict=True)
    words = (
        f"{about}, if U has full row rank:\nfor all b and h_0 there are inputs with "
        f"‖∂h_n/∂h_0‖₂ ≥ rⁿ for n = {steps}, {2 * steps}, {3 * steps}, …,\n"
        f"with r ≥ {_decimal(rate, ROUND_FLOOR)} (spectral norm). Gradients can explode."
    )
    return Proved("explosion", rate, Fraction(1), words)


class _Work:
    """Products of matrices of integers, as long as they stay affordable."""

    def __init__(self) -> None:
        self.left = MOST_WORK

    def product(self, left: Rows, right: Rows) -> Iterator[list[int]]:
        """Yield the rows of left · right; rows of the left may lack an end, of the right a start.

        A row of the right is packed into one integer, each entry in a slot of some bytes. A row of
        the product is then a sum of multiples of such integers, and its entries are read off.
        """
        columns, bits = len(right[0]), _bits(left) + _bits(right)
        slot = (bits + len(right).bit_length()) // 8 + 1  # no sum of products leaves its slot
        terms = sum(map(len, left)) * columns
        self.left -= terms * (_bits(left) // 30 + 1) * (8 * slot // 30 + 1)
        _require(self.left >= 0, "the check would take too long")
        half = 1 << 8 * slot - 1  # added to each entry, so that none is negative
        halves, packed = half.to_bytes(slot, "big"), []
        for row in right:
            slots = b"".join([(v + half).to_bytes(slot, "big") for v in row])
            packed.append(int.from_bytes(slots, "big") - int.from_bytes(halves * len(row), "big"))
        bias, starts = int.from_bytes(halves * columns, "big"), range(0, slot * columns, slot)
        for row in left:
            slots = (sum(map(mul, row, packed)) + bias).to_bytes(slot * columns, "big")
            yield [int.from_bytes(slots[i : i + slot], "big") - half for i in starts]

    def image(self, form: Scaled, matrix: Scaled) -> Scaled:
        """Return WᵀXW for the lower triangle X."""
        (e, X), (w, W), size = form, matrix, len(matrix[1])
        full = [[X[max(i, j)][min(i, j)] for j in range(size)] for i in range(size)]
        columns = [list(column) for column in zip(*W)]
        image = self.product(columns, list(self.product(full, W)))
        return e + 2 * w, [row[: i + 1] for i, row in enumerate(image)]

    def require_positive(self, A: Scaled, factor: Any, name: str, *, strict: bool = False) -> None:
        """Refuse unless A = S(LLᵀ + E)S with diagonally dominant E; without a factor L is 0."""
        (exponent, rows), size = A, len(A[1])
        shifts, squares = [0] * size, iter(rows)
        if factor is not None:
            _require_fields(factor, "exponents integers")
            shifts = _integers(factor["exponents"], size, f"exponents of {name}")
            _require(max(map(abs, shifts)) <= MOST_EXPONENT, f"an exponent of {name} is too large")
            L = _lower_triangle(factor["integers"], size, f"factor of {name}")
            squares = self.product(L, [[row[k] for row in L[k:]] for k in range(size)])
        lift = max(0, 2 * max(shifts) - exponent)  # E · 2^lift is integral
        margins = [0] * size
        for i, (row, products) in enumerate(zip(rows, squares, strict=True)):
            up = exponent + lift - shifts[i]
            E = [a << up - s for a, s in zip(row, shifts)]
            if factor is not None:
                E = [a - (b << lift) for a, b in zip(E, products)]
            margins[i] += E.pop()
            for j, entry in enumerate(map(abs, E)):
                margins[i] -= entry
                margins[j] -= entry
        _require(min(margins) >= strict, f"{name}: not shown to be positive")


def _matrix(given: Any, weights: bytes | None) -> tuple[Scaled, str]:
    """Return the matrix W, of the certificate or of the weights, and how to call it."""
    handed_in = None if weights is None else _weights(weights)
    if type(given) is dict and "sha256" in given:
        _require_fields(given, "sha256 dimension")
        if handed_in is None:
            raise CertificateError("the matrix isn't in the certificate: give WEIGHTS")
        matrix, digest = handed_in
        same = (given["sha256"], given["dimension"]) == (digest, len(matrix[1]))
        _require(same, "the weights are others than those of the certificate")
        return matrix, f"W with SHA-256 {digest}"
    exponent, rows = _scaled(given, "matrix")
    _require(type(rows) is list and 0 < len(rows) <= MOST_UNITS, "the matrix has no usable size")
    matrix = (exponent, [_integers(row, len(rows), "matrix") for row in rows])
    if handed_in is not None:
        _, mine, other = _aligned(matrix, handed_in[0])
        _require(mine == other, "the weights are others than those of the certificate")
    of = "handed in" if handed_in is not None else "of the certificate"
    return matrix, f"W the {len(rows)} × {len(rows)} matrix {of}"


def _weights(content: bytes) -> tuple[Scaled, str]:
    """Return a square matrix of an NPY file, and the SHA-256 of its rows as 64-bit numbers."""
    versions = {b"\x93NUMPY\x01\x00": 10, b"\x93NUMPY\x02\x00": 12, b"\x93NUMPY\x03\x00": 12}
    start = versions.get(content[:8], 0)
    end = start + int.from_bytes(content[8:start], "little")
    _require(0 < start < end <= 4096, "the weights are no NPY file")
    try:
        header = ast.literal_eval(content[start:end].decode("latin-1"))
        size, kind = header["shape"][0], {"<f8": "d", "<f4": "f"}[header["descr"]]
        numbers = struct.unpack(f"<{size * size}{kind}", content[end:])
        usable = type(size) is int and header["shape"] == (size, size) and 0 < size <= MOST_UNITS
        by_columns = header["fortran_order"] is True
    except Exception as error:
        raise CertificateError(f"the weights are no NPY array of numbers: {error!r}") from None
    _require(usable, f"the weights are no square matrix of at most {MOST_UNITS} rows")
    _require(all(map(math.isfinite, numbers)), "a weight is infinite or no number")
    if by_columns:
        numbers = tuple(numbers[j * size + i] for i in range(size) for j in range(size))
    digest = hashlib.sha256(struct.pack(f"<{size * size}d", *numbers)).hexdigest()
    ratios = [number.as_integer_ratio() for number in numbers]
    finest = max(q for _, q in ratios).bit_length()
    spread = max(n.bit_length() - q.bit_length() for n, q in ratios) + finest
    _require(size * size * spread <= MOST_BITS, "the weights differ too much in size")
    integers = [n << finest - q.bit_length() for n, q in ratios]
    rows = [integers[i : i + size] for i in range(0, size * size, size)]
    return (1 - finest, rows), digest


def _bits(rows: Iterable[Sequence[int]]) -> int:
    """Return b with |entries| < 2^b."""
    return max((max(max(row), -min(row)).bit_length() for row in rows), default=0)


def _aligned(*matrices: Scaled) -> tuple[Any, ...]:
    """Return the smallest exponent, and the rows of each matrix for that exponent."""
    common = min(exponent for exponent, _ in matrices)
    bits = sum(sum(map(len, rows)) * (_bits(rows) + e - common) for e, rows in matrices)
    _require(bits <= MOST_BITS, "the numbers differ too much in size")
    return common, *([[v << e - common for v in row] for row in rows] for e, rows in matrices)


def _sum(*terms: tuple[Fraction | int, Scaled]) -> Scaled:
    """Return the sum of multiples of matrices of one shape; the factors are dyadic."""
    multiples = []
    for factor, (e, rows) in terms:
        n, q = Fraction(factor).as_integer_ratio()
        multiples.append((e + 1 - q.bit_length(), [[n * v for v in row] for row in rows]))
    exponent, *parts = _aligned(*multiples)
    return exponent, [list(map(sum, zip(*rows))) for rows in zip(*parts)]


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise CertificateError(problem)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    _require(len(dict(pairs)) == len(pairs), "a name stands twice in an object")
    return dict(pairs)


def _require_fields(value: Any, names: str) -> None:
    right = type(value) is dict and set(value) == set(names.split())
    _require(right, f"an object should have just these fields: {names}")


def _list(value: Any, length: int, name: str) -> list[Any]:
    _require(type(value) is list and len(value) == length, f"{name}: not a list of {length}")
    return list(value)


def _integers(value: Any, length: int, name: str) -> list[int]:
    entries = _list(value, length, name)
    _require(set(map(type, entries)) == {int}, f"{name}: an entry is no integer")
    return entries


def _scaled(value: Any, name: str) -> tuple[int, Any]:
    """Return the exponent and the integers: one, a list, or rows."""
    _require_fields(value, "exponent integers")
    exponent = value["exponent"]
    usable = type(exponent) is int and abs(exponent) <= MOST_EXPONENT
    _require(usable, f"{name}: the exponent is no usable integer")
    return exponent, value["integers"]


def _dyadic(integer: int, exponent: int) -> Fraction:
    return Fraction(integer << max(exponent, 0), 1 << max(-exponent, 0))


def _number(value: Any, name: str) -> Fraction:
    exponent, integer = _scaled(value, name)
    _require(type(integer) is int, f"{name}: this is no integer")
    return _dyadic(integer, exponent)


def _lower_triangle(value: Any, size: int, name: str) -> Rows:
    return [_integers(row, i + 1, name) for i, row in enumerate(_list(value, size, name))]


def _triangle(value: Any, size: int, name: str) -> Scaled:
    """Return the lower triangle of a symmetric matrix, given as such or as its diagonal."""
    exponent, rows = _scaled(value, name)
    if type(rows) is list and rows and type(rows[0]) is int:
        diagonal = _integers(rows, size, name)
        return exponent, [[0] * i + [entry] for i, entry in enumerate(diagonal)]
    return exponent, _lower_triangle(rows, size, name)


def _decimal(value: Fraction, rounding: str) -> str:
    """Return 17 digits, rounded the way that keeps the statement true."""
    context = Context(prec=17, rounding=rounding)
    return str(context.divide(Decimal(value.numerator), Decimal(value.denominator)))


def main(arguments: Sequence[str]) -> int:
    """Print what is proved, exit code 0, or why nothing is, 1; 2 where no file is named."""
    if len(arguments) not in (1, 2):
        print("usage: verify CERTIFICATE.json [WEIGHTS.npy]", file=sys.stderr)
        return 2
    try:
        contents = []
        for name in arguments:
            with Path(name).open("rb") as stream:
                contents.append(stream.read(MOST_BYTES + 1))
        proved = verify(*contents)
    except (OSError, ValueError) as error:
        print(f"Not proved: {error}")
        return 1
    print("Proved.", proved.words)
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
