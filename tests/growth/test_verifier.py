"""The verifier of certificates: what it accepts is true, and each of its checks is needed."""

import importlib.util
import json
import sys
import time
import types
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from flint import arb, ctx, fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

import gradproof.verify as module
from gradproof.growth.certificates import decay_certificate, explosion_certificate
from gradproof.growth.slopes import SLOPES
from gradproof.verify import ACTIVATIONS, CertificateError, verify

ROOT = Path(__file__).resolve().parents[2]
VERIFIER = ROOT / "src" / "gradproof" / "verify.py"


def mutation_script():
    path = ROOT / "tests" / "mutation" / "certificates.py"
    specification = importlib.util.spec_from_file_location("changed_certificates", path)
    script = importlib.util.module_from_spec(specification)
    sys.modules["changed_certificates"] = script
    specification.loader.exec_module(script)
    return script


changed = mutation_script()


def as_json(document):
    return json.dumps(document).encode()


def refused(document, weights=None, match=None):
    with pytest.raises(CertificateError, match=match):
        verify(document if isinstance(document, bytes) else as_json(document), weights)


def one_unit(rate, exponent):
    """Return a decay for W = [[1/2]], X = T = 1, with the factor L = [[1, 0], [−1/2, 0]]."""
    one = {"exponent": 0, "integers": 1}
    return {
        "format": "gradproof-certificate 1",
        "kind": "decay",
        "activation": "tanh",
        "matrix": {"exponent": -1, "integers": [[1]]},
        "slopes": [{"exponent": 0, "integers": 0}, one],
        "rate": {"exponent": exponent, "integers": rate},
        "constant": one,
        "metric": {"exponent": 0, "integers": [1]},
        "multipliers": {"exponent": 0, "integers": [1]},
        "least": one,
        "greatest": one,
        "factors": {
            "contraction": {"exponents": [-1, -1], "integers": [[2], [-1, 0]]},
            "least": None,
            "greatest": None,
        },
    }


def test_a_decay_is_proved_up_to_its_border_and_not_beyond():
    assert verify(as_json(one_unit(1, -1))).rate == Fraction(1, 2)
    assert verify(as_json(one_unit(2**49 + 1, -50))).rate > Fraction(1, 2)
    refused(one_unit(2**49 - 1, -50), match="contraction: not shown to be positive")
    smaller = one_unit(1, -1)
    smaller["constant"] = {"exponent": -50, "integers": 2**50 - 1}
    refused(smaller, match="the constant is too small")
    for value in (2**50 - 1, 2**50 + 1):
        moved = one_unit(1, -1)
        name = "greatest" if value < 2**50 else "least"
        moved[name] = {"exponent": -50, "integers": value}
        moved["constant"] = {"exponent": 3, "integers": 1}
        refused(moved, match=f"{name}: not shown")


def tripled(rate, metric=-1):
    """Return an explosion for W = [[3/2]], P = −1: N = 9/4 − rate²."""
    return {
        "format": "gradproof-certificate 1",
        "kind": "explosion",
        "activation": "tanh",
        "matrix": {"exponent": -1, "integers": [[3]]},
        "rate": {"exponent": -40, "integers": int(rate * 2**40)},
        "word": {"exponent": 0, "integers": [[1]]},
        "metrics": [{"exponent": 0, "integers": [metric]}],
        "vector": {"exponent": 0, "integers": [1]},
        "factors": [None],
        "illustration": {},
    }


def test_an_explosion_is_proved_below_its_border_and_not_at_it():
    border = Fraction(3, 2)
    assert verify(as_json(tripled(border - Fraction(1, 2**40)))).kind == "explosion"
    refused(tripled(border), match="step 1: not shown")
    refused(tripled(Fraction(1)), match="the rate isn't above 1")
    # 4P − 9/4 P > 0 shows that the spectral radius is below 2: P has to be negative somewhere.
    refused(tripled(Fraction(2), metric=1), match="isn't negative at the vector")
    for vector in ([0], [1, 1], []):
        moved = {**tripled(Fraction(5, 4)), "vector": {"exponent": 0, "integers": vector}}
        refused(moved, match="vector")


@given(st.data())
@settings(max_examples=40)
def test_products_by_packing_are_products(data):
    integers = st.integers(
        -(2 ** data.draw(st.integers(0, 90))), 2 ** data.draw(st.integers(0, 90))
    )
    n, inner, columns = (data.draw(st.integers(1, 5)) for _ in range(3))
    rows = st.lists(integers, min_size=inner, max_size=inner)
    left = data.draw(st.lists(rows, min_size=n, max_size=n))
    rows = st.lists(integers, min_size=columns, max_size=columns)
    right = data.draw(st.lists(rows, min_size=inner, max_size=inner))
    expected = (np.array(left, dtype=object) @ np.array(right, dtype=object)).tolist()
    assert list(module._Work().product(left, right)) == expected
    # Rows of the left that lack an end, and of the right that lack a start, have zeros there.
    short = [row[: i + 1] for i, row in enumerate(left)]
    late = [right[0], *(row[min(i, columns - 1) :] for i, row in enumerate(right[1:], 1))]
    filled = [row + [0] * (inner - len(row)) for row in short]
    begun = [[0] * (columns - len(row)) + row for row in late]
    expected = (np.array(filled, dtype=object) @ np.array(begun, dtype=object)).tolist()
    assert list(module._Work().product(short, late)) == expected


def called_positive(verifier, seed):
    """Return a matrix in rationals that is called positive for some factor, or None."""
    generator = np.random.default_rng(seed)
    size, finer = int(generator.integers(1, 6)), int(generator.integers(0, 4))
    draw = generator.integers
    L = np.tril(draw(-8, 9, size=(size, size)))
    shifts = draw(-3, 4, size=size)
    least = int(shifts.min())
    A = (L @ L.T + np.diag(draw(-1, 4, size=size))) << (
        shifts[:, None] + shifts - 2 * least + finer
    )
    A += np.tril(draw(-3, 4, size=(size, size)), -1) << finer
    rows = [[int(v) for v in row[: i + 1]] for i, row in enumerate(A)]
    guess = L if generator.random() < 0.8 else np.tril(draw(-8, 9, size=L.shape))
    integers = [[int(v) for v in row[: i + 1]] for i, row in enumerate(guess)]
    factor = {"exponents": [int(v) for v in shifts], "integers": integers}
    strict = bool(seed % 2)
    matrix = (2 * least - finer, rows)
    try:
        verifier._Work().require_positive(matrix, factor, "A", strict=strict)
    except verifier.CertificateError:
        return None
    full = [[Fraction(rows[max(i, j)][min(i, j)]) for j in range(size)] for i in range(size)]
    return full, strict


def is_positive(full, strict):
    """Whether it is, by elimination and by determinants in rationals."""
    regular = flint_determinant(full) > 0
    return changed._semidefinite(full) and (regular or not strict)


def flint_determinant(full):
    size = len(full)
    entries = [fmpq(v.numerator, v.denominator) for row in full for v in row]
    return fmpq_mat(size, size, entries).det()


def test_what_is_called_positive_is_positive():
    """For any factor, good or bad, and any scaling."""
    found = [called_positive(module, seed) for seed in range(1500)]
    accepted = [case for case in found if case is not None]
    assert len(accepted) > 100
    assert all(is_positive(*case) for case in accepted)


def test_no_changed_certificate_is_accepted_that_is_false():
    outcome = changed.run(2500)
    assert outcome.falsehoods == []
    assert outcome.crashes == []
    assert outcome.total["refused"] > 1200
    assert outcome.total["accepted"] > 100
    assert outcome.slowest < 2


@pytest.mark.parametrize(
    ("old", "new", "subject"),
    [
        ("constant**2 * least >= greatest", "True", "tight"),
        ("0 <= rate < 1", "rate >= 0", "tight"),
        ("alpha <= low and high <= beta", "True", "tight"),
        ("margins[j] -= entry", "pass", None),
        ("margins[i] -= entry", "pass", None),
        ("enumerate(map(abs, E))", "enumerate(E)", None),
        ("min(margins) >= strict", "max(margins) >= strict", None),
        ("min(margins) >= strict", "min(margins) >= 0", None),
        ("rate > 1,", "True,", "one unit"),
        ("occurs(_dyadic(slope, d))", "True", "one unit"),
        ("mine == other", "True", "full metric, both"),
        ("(k + 1) % steps", "k", "word"),
        ('(_sum((1, metric), (-least, identity)), factors["least"]', "(metric, None", "tight"),
        ('(_sum((greatest, identity), (-1, metric)), factors["gr', '(metric, factors["gr', "tight"),
        ("_sum((-(alpha + beta), weighted))", "_sum((0, weighted))", "tight"),
        ("_sum((1, third), (2 * alpha * beta,", "_sum((1, third), (0,", "silu"),
    ],
)
def test_each_check_of_the_verifier_is_needed(old, new, subject):
    """Without it something false is accepted, or what is right isn't."""
    source = VERIFIER.read_text(encoding="utf-8")
    assert source.count(old) == 1
    careless = types.ModuleType("careless_verifier")
    sys.modules["careless_verifier"] = careless
    exec(compile(source.replace(old, new), "careless_verifier", "exec"), careless.__dict__)
    if subject is None:
        cases = (called_positive(careless, seed) for seed in range(3000))
        assert any(case is not None and not is_positive(*case) for case in cases)
        return
    try:
        outcome = changed.run(4000, verifier=careless.verify, only=subject, until_false=True)
    except careless.CertificateError:
        return
    assert outcome.falsehoods


def enclosed_range(function):
    """Return bounds of a function on the line from balls that cover [−40, 40]."""
    lowest, highest, ctx.prec = arb(1), arb(0), 53
    for k in range(-40 * 64, 40 * 64):
        value = function(arb((k + 0.5) / 64, 0.5 / 64))
        lowest, highest = lowest.min(value), highest.max(value)
    return float(lowest.lower()), float(highest.upper())


def test_the_slopes_of_silu_and_gelu_stay_in_their_ranges():
    def silu(z):
        s = 1 / (1 + (-z).exp())
        return s * (1 + z * (1 - s))

    def gelu(z):
        density = (-z * z / 2).exp() / (2 * arb.pi()).sqrt()
        return (1 + (z / arb(2).sqrt()).erf()) / 2 + z * density

    for name, function in (("silu", silu), ("gelu", gelu)):
        low, high, occurs = ACTIVATIONS[name]
        found = enclosed_range(function)
        # The balls are 1/64 wide; where f is flat that costs less than 1/64² · sup|f″|.
        assert low - Fraction(1, 50) <= found[0] < 0
        assert 1 < found[1] <= high + Fraction(1, 50)
        # At the peak, and by f(−z) = 1 − f(z) at the trough.
        peaks = [float(function(arb(k) / 4096).mid()) for k in range(4096, 4096 * 4)]
        assert high - Fraction(1, 50_000) <= max(peaks) <= high
        assert occurs(Fraction(0))
        assert max(peaks) - 1e-4 < 0.5 + {"silu": 0.5998, "gelu": 0.6289}[name] < max(peaks)
        assert not occurs(Fraction(max(peaks)) + Fraction(1, 10**6))


def test_the_ranges_agree_with_those_of_the_decision():
    assert set(ACTIVATIONS) == set(SLOPES)
    for name, (low, high, occurs) in ACTIVATIONS.items():
        assert SLOPES[name].lower <= low <= high <= SLOPES[name].upper, name
        assert abs(SLOPES[name].lower - low) < 1e-5
        assert abs(SLOPES[name].upper - high) < 1e-5
        assert occurs(Fraction(SLOPES[name].steepest)), name
        assert occurs(Fraction(SLOPES[name].least)), name
        assert not occurs(high + Fraction(1, 1000))
        assert not occurs(low - Fraction(1, 1000))


def test_the_statement_says_what_it_rests_on():
    decay = verify(as_json(changed.subjects()[0].document)).words
    assert "φ = tanh" in decay
    assert "all inputs x, all U, b and h_0" in decay
    assert "spectral norm" in decay
    word = explosion_certificate([[1.5]], [[1.0], [1.0]])
    explosion = verify(as_json(word)).words
    assert "if U has full row rank" in explosion
    assert "n = 2, 4, 6" in explosion
    exact = verify(as_json(word)).rate
    assert Fraction(explosion.split("r ≥ ")[1].split(" ")[0]) <= exact


def test_a_full_metric_of_256_units_is_verified_within_two_seconds():
    generator = np.random.default_rng(0)
    size = 256
    W = generator.normal(size=(size, size)) * 0.4 / 16
    E = generator.normal(size=(size, size)) * 0.01 / 16
    X = np.eye(size) + E + E.T
    document = as_json(decay_certificate(W, X, np.ones(size), 0.95))
    started = time.process_time()
    assert verify(document).rate < 1
    assert time.process_time() - started < 2
