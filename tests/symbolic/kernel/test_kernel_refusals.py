"""What the kernel says when it makes no law, word for word."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.errors import InputError
from gradproof.symbolic.kernel.assumptions import assume, assume_at, define
from gradproof.symbolic.kernel.at_zero import elementwise_at_zero
from gradproof.symbolic.kernel.conditional import (
    absolute_value_by,
    diagonal_norm_by,
    range_of,
    range_of_exponential,
    range_of_real,
    root_by,
)
from gradproof.symbolic.kernel.conditional_forms import (
    cancelled_by,
    constant_slopes_by,
    norm_by_vectors,
    product_by,
    sector_by,
)
from gradproof.symbolic.kernel.derivation import Theorem, start
from gradproof.symbolic.kernel.enclosed import enclosed_on_line
from gradproof.symbolic.kernel.kinks import jacobian_of_kinked, off_kinks
from gradproof.symbolic.kernel.laws import TRIANGLE, norm_by_gram
from gradproof.symbolic.kernel.limit_laws import geometric_limit
from gradproof.symbolic.kernel.modulus import modulus_by
from gradproof.symbolic.kernel.real_functions import exponential_above_line
from gradproof.symbolic.kernel.sequence_laws import exponential_of, limit_above_constant
from gradproof.symbolic.kernel.sum_laws import termwise
from gradproof.symbolic.language.expressions import (
    ActivationValue,
    Diagonal,
    Elementwise,
    Preactivation,
    SpectralNorm,
)
from gradproof.symbolic.language.relation import Hypothesis, Relation

EQ, LE, LT, GE, GT = Relation.EQ, Relation.LE, Relation.LT, Relation.GE, Relation.GT
D, E, K = sp.symbols("d e k", integer=True, positive=True)
N = sp.Symbol("n", integer=True, nonnegative=True)
X, Y, Z = sp.symbols("x y z", real=True)
R, C = sp.symbols("r c", positive=True)
F, G = sp.symbols("f g", nonnegative=True)
ANY = sp.Symbol("w", complex=True)
A, B, W = (sp.MatrixSymbol(name, D, D) for name in "ABW")
U, V = (sp.MatrixSymbol(name, D, 1) for name in ("u", "v"))
ZERO, ONE = sp.Integer(0), sp.Integer(1)
PHI = ActivationValue("phi", 1, Z)
SLOPES = Diagonal(Elementwise("phi", 1, U))
LOWER = Hypothesis.of(ZERO, LE, PHI, for_all=(Z,))
UPPER = Hypothesis.of(PHI, LE, ONE, for_all=(Z,))
FLAT = Hypothesis("φ is flat")
PRE = Preactivation("z", K, D)
norm = SpectralNorm


def given(left, relation, right):
    left, right = sp.sympify(left), sp.sympify(right)
    chain = start(left)._add(relation, right, assume(Hypothesis.of(left, relation, right)))
    return Theorem.of("given", chain)


def squares(matrix=A, vector=V, factor=F):
    return given(norm(matrix * vector) ** 2, LE, factor * norm(vector) ** 2)


def by_vectors(theorem, matrix=A, vector=V, factor=F):
    return norm_by_vectors(theorem, matrix=matrix, vector=vector, factor=factor)


def in_sector(lower=LOWER, upper=UPPER, slopes=SLOPES, vector=V):
    return sector_by(lower, upper, slopes=slopes, vector=vector)


def shrinks():
    """Return ‖A v‖² ≤ ‖A‖² ‖v‖², where nothing is assumed of v."""
    law = assume(Hypothesis.of(norm(A * V), LE, norm(A) * norm(V)))
    return Theorem.of("t", start(norm(A * V) ** 2).le(norm(A) ** 2 * norm(V) ** 2, by=law))


REFUSED_LAWS = [
    (lambda: assume("x"), "hypothesis is 'x'; give a Hypothesis"),
    (
        lambda: assume(LOWER),
        "hypothesis “0 ≤ φ′(z) for all z” has no formula for one case; state one equation",
    ),
    (
        lambda: assume(Hypothesis("A is normal")),
        "hypothesis “A is normal” has no formula for one case; state one equation",
    ),
    (lambda: assume_at(LOWER, {}), "values aren't for z; give one value for each"),
    (
        lambda: assume_at(Hypothesis.of(X, LE, Y, for_all=(X, Y)), {X: ZERO}),
        "values aren't for x, y; give one value for each",
    ),
    (
        lambda: assume_at(LOWER, {Z: sp.I}),
        "values I doesn't satisfy what is assumed of z; choose others",
    ),
    (
        lambda: assume_at(Hypothesis.of(norm(V), LE, ONE, for_all=(V,)), {V: ANY * U}),
        "values hold w u; use real scalars",
    ),
    (lambda: define(U, V), "left is u; define a state or a pre-activation"),
    (
        lambda: elementwise_at_zero("x"),
        "value is x; give the theorem φ⁽ⁿ⁾(0) = c with a rational c",
    ),
    (
        lambda: elementwise_at_zero(given(PHI, LE, ONE)),
        "value is φ′(z) ≤ 1; give the theorem φ⁽ⁿ⁾(0) = c with a rational c",
    ),
    (
        lambda: elementwise_at_zero(given(PHI, EQ, ONE)),
        "value is the theorem φ′(z) = 1; give the theorem φ⁽ⁿ⁾(0) = c with a rational c",
    ),
    (
        lambda: elementwise_at_zero(given(ActivationValue("phi", 0, ZERO), EQ, X)),
        "value is the theorem φ(0) = x; give the theorem φ⁽ⁿ⁾(0) = c with a rational c",
    ),
    (
        lambda: range_of_exponential(ANY),
        "z is w; give a symbol declared real, positive or negative",
    ),
    (lambda: range_of_real(N), "z is n; give a symbol declared real, positive or negative"),
    (lambda: enclosed_on_line(N), "z is n; give a symbol declared real, positive or negative"),
    (lambda: range_of(X, above="x", below=given(X, LT, ONE)), "above is 'x'; give a theorem"),
    (
        lambda: range_of(X, above=given(ZERO, LE, X), below=given(X, LT, ONE)),
        "above is the theorem 0 ≤ x; give a strict bound of x",
    ),
    (
        lambda: range_of(X, above=given(ZERO, LT, Y), below=given(X, LT, ONE)),
        "above is the theorem 0 < y; give a strict bound of x",
    ),
    (
        lambda: range_of(X, above=given(ZERO, LT, X), below=given(X, LT, Y)),
        "below is the theorem x < y; give a strict bound of x",
    ),
    (
        lambda: absolute_value_by(given(X, LT, ZERO)),
        "positive is the theorem x < 0; give 0 < x or 0 ≤ x",
    ),
    (
        lambda: absolute_value_by(given(ZERO, EQ, X)),
        "positive is the theorem 0 = x; give 0 < x or 0 ≤ x",
    ),
    (lambda: absolute_value_by(None), "positive is None; give a theorem"),
    (lambda: root_by("x", {}), "power is 'x'; give a theorem"),
    (
        lambda: root_by(given(F**2, LE, G), {F: -ONE}),
        "values −1 doesn't satisfy what is assumed of f; choose others",
    ),
    (
        lambda: root_by(given(F**2, LT, G), {}),
        "power is the theorem f² < g; give xⁿ ≤ y with x ≥ 0 and n ≥ 1",
    ),
    (
        lambda: root_by(given(X**2, LE, G), {}),
        "power is the theorem x² ≤ g; give xⁿ ≤ y with x ≥ 0 and n ≥ 1",
    ),
    (
        lambda: root_by(given(F**2, LE, X), {}),
        "power is the theorem f² ≤ x; give xⁿ ≤ y with x ≥ 0 and n ≥ 1",
    ),
    (
        lambda: root_by(given(F**N, LE, G), {}),
        "power is the theorem fⁿ ≤ g; give xⁿ ≤ y with x ≥ 0 and n ≥ 1",
    ),
    (lambda: diagonal_norm_by("x"), "bound is 'x'; give a theorem"),
    (
        lambda: diagonal_norm_by(given(sp.Abs(PHI), LT, ONE)),
        "bound is “|φ′(z)| < 1”; give |φ′(z)| ≤ γ for all real z",
    ),
    (lambda: diagonal_norm_by(FLAT), "bound is “φ is flat”; give |φ′(z)| ≤ γ for all real z"),
    (
        lambda: diagonal_norm_by(given(PHI, LE, ONE)),
        "bound is “φ′(z) ≤ 1”; give |φ′(z)| ≤ γ for all real z",
    ),
    (
        lambda: diagonal_norm_by(given(sp.Abs(PHI), LE, ONE)),
        "bound doesn't hold for all real z; give |φ′(z)| ≤ γ for all real z",
    ),
    (
        lambda: diagonal_norm_by(Hypothesis.of(sp.Abs(PHI), LE, ONE)),
        "bound doesn't hold for all real z; give |φ′(z)| ≤ γ for all real z",
    ),
    (lambda: in_sector(lower="x"), "lower is 'x'; give a theorem or a hypothesis"),
    (lambda: in_sector(lower=FLAT), f"lower is {FLAT!r}; give a theorem or a hypothesis"),
    (
        lambda: in_sector(lower=UPPER),
        "lower is “φ′(z) ≤ 1 for all z”; give φ′(z) with a real bound for all real z",
    ),
    (
        lambda: in_sector(upper=LOWER),
        "upper is “0 ≤ φ′(z) for all z”; give φ′(z) with a real bound for all real z",
    ),
    (
        lambda: in_sector(upper=Hypothesis.of(PHI, LE, ONE)),
        ("upper is “φ′(z) ≤ 1”, not for all real z; give φ′(z) with a real bound for all real z"),
    ),
    (lambda: in_sector(slopes=W), "slopes are W; give values of φ′(z)"),
    (lambda: in_sector(vector=W), "vector is W; give a real column"),
    (
        lambda: in_sector(vector=sp.MatrixSymbol("v", E, 1)),
        "vector has the shape (e, 1); fit diag(φ′(u))",
    ),
    (
        lambda: constant_slopes_by(UPPER),
        "constant is “φ′(z) ≤ 1 for all z”; give the theorem φ′(z) = c",
    ),
    (
        lambda: constant_slopes_by(given(PHI, EQ, ONE)),
        (
            "constant is “φ′(z) = 1”, not for all real z; give φ′(z) with a real bound for "
            "all real z"
        ),
    ),
    (lambda: by_vectors("x"), "theorem is 'x'; give a theorem"),
    (
        lambda: by_vectors(squares(), factor=G),
        "theorem is ‖A v‖² ≤ f ‖v‖²; give ‖A v‖² ≤ c ‖v‖² with c ≥ 0",
    ),
    (lambda: by_vectors(squares(vector=B), vector=B), "vector is B; give a symbol of a column"),
    (
        lambda: by_vectors(squares(matrix=ANY * A), matrix=ANY * A),
        "matrix is w A; use real scalars",
    ),
    (
        lambda: by_vectors(shrinks(), factor=norm(A) ** 2),
        "vector v isn't every real column; assume nothing else",
    ),
    (lambda: product_by("x", given(F, LE, G)), "first is 'x'; give a theorem"),
    (lambda: product_by(given(F, LE, G), "x"), "second is 'x'; give a theorem"),
    (
        lambda: product_by(given(A, EQ, B), given(F, LE, G)),
        "first is A = B; give an inequality of real numbers",
    ),
    (
        lambda: product_by(given(F, LE, G), given(A, EQ, B)),
        "second is A = B; give an inequality of real numbers",
    ),
    (lambda: cancelled_by("x", left=F, right=G), "theorem is 'x'; give a theorem"),
    (
        lambda: cancelled_by(given(F**2, LE, F * G), left=F, right=F),
        "theorem is f² ≤ f g; give x² ≤ x y with x ≥ 0 and y ≥ 0",
    ),
    (
        lambda: modulus_by(ANY, ONE, above=None, below=None),
        "x w isn't known to be real; give real numbers",
    ),
    (lambda: modulus_by(X, ONE, above=None, below=None), "above is None; give a theorem"),
    (lambda: modulus_by(X, ONE, above=given(-1, LE, X), below="x"), "below is 'x'; give a theorem"),
    (
        lambda: modulus_by(X, ONE, above=given(X, LE, ONE), below=None),
        "above is the theorem x ≤ 1; give one that says x + 1 ≥ 0",
    ),
    (
        lambda: modulus_by(X, ONE, above=given(-1, LE, X), below=given(-1, LE, X)),
        "below is the theorem −1 ≤ x; give one that says 1 − x ≥ 0",
    ),
    (lambda: geometric_limit(R < 1), "ratio_below_one is r < 1; give a Hypothesis"),
    (
        lambda: limit_above_constant(FLAT),
        f"ratio_below_one is {FLAT!r}; give the theorem r < 1 for an r ≥ 0",
    ),
    (
        lambda: limit_above_constant(given(R, LE, ONE)),
        "ratio_below_one is the theorem r ≤ 1; give the theorem r < 1 for an r ≥ 0",
    ),
    (
        lambda: exponential_of("x"),
        "logarithms are x; give Σ a log x ≤ Σ b log y with positive x and y and real a and b",
    ),
    (
        lambda: exponential_of(Hypothesis.of(X, LT, Y)),
        ("logarithms are x < y; give Σ a log x ≤ Σ b log y with positive x and y and real a and b"),
    ),
    (
        lambda: exponential_of(Hypothesis.of(X, LE, sp.log(R))),
        (
            "logarithms are “x ≤ log(r)”; give Σ a log x ≤ Σ b log y with positive x and y "
            "and real a and b"
        ),
    ),
    (
        lambda: exponential_of(Hypothesis.of(sp.log(R), LE, X)),
        (
            "logarithms are “log(r) ≤ x”; give Σ a log x ≤ Σ b log y with positive x and y "
            "and real a and b"
        ),
    ),
    (lambda: norm_by_gram(A.T), "matrix is A.T; give a matrix symbol"),
    (lambda: exponential_above_line(-1), "c is −1; give a rational number above 0"),
    (lambda: exponential_above_line(C), "c is c; give a rational number above 0"),
    (lambda: termwise("x"), "law is 'x'; give an equation of the kernel"),
    (lambda: termwise(TRIANGLE), f"law is {TRIANGLE!r}; give an equation of the kernel"),
    (
        lambda: off_kinks(Elementwise("tanh", 0, PRE)),
        "applied is tanh(z_k); give an activation with kinks",
    ),
    (
        lambda: jacobian_of_kinked(Elementwise("relu", 0, U)),
        "applied is relu(u); give φ(z_k) with a symbol k",
    ),
    (
        lambda: jacobian_of_kinked(Elementwise("relu", 0, Preactivation("z", K + 1, D))),
        "applied is relu(z_{k+1}); give φ(z_k) with a symbol k",
    ),
    (
        lambda: jacobian_of_kinked(Elementwise("relu", 0, Preactivation("z", K, K))),
        "applied is relu(z_k); only z_k itself depends on k",
    ),
    (
        lambda: jacobian_of_kinked(Elementwise("tanh", 0, PRE)),
        "applied is tanh(z_k); give an activation with kinks",
    ),
]


@pytest.mark.parametrize(
    ("call", "message"), REFUSED_LAWS, ids=[m.split()[0] for _, m in REFUSED_LAWS]
)
def test_what_makes_no_law_is_named(call, message):
    with pytest.raises(InputError) as refused:
        call()
    assert str(refused.value) == message


def test_a_modulus_is_bounded_by_a_real_number():
    # w = w + 1 + x says that 1 + x = 0, but its sides aren't known to be real.
    complex_sides = given(ANY, EQ, ANY + 1 + X)
    with pytest.raises(InputError, match="above is the theorem"):
        modulus_by(X, ONE, above=complex_sides, below=given(X, LE, ONE))
    with pytest.raises(InputError, match="give real numbers"):
        modulus_by(X, ANY, above=given(-1, LE, X), below=given(X, LE, ONE))


def test_a_root_names_what_its_theorem_assumes():
    theorem = given(F**2, LE, G)
    with pytest.raises(InputError) as refused:
        root_by(theorem, {})
    assert (refused.value.argument, refused.value.remedy) == (
        "power",
        "give a theorem without hypotheses",
    )
    assert refused.value.problem == f"assumes {theorem.hypotheses}"
