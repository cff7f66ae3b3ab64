"""The laws: all that a step of a derivation may appeal to.

This folder and the vocabulary of :mod:`gradproof.symbolic.language` (its notation apart) are the
trusted base: every theorem rests on them and on SymPy's integers, polynomials, assumptions and
ordering of sums and products.

Matrices are complex, of any size; W, U and b of a network are real, and so is every argument of an
activation. ‖·‖ is the operator 2-norm; laws that say “the norm” hold for ‖·‖_∞, too, both norms of
columns being vector norms: ‖A‖ = max ‖Ax‖ over ‖x‖ = 1.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import sympy as sp

from gradproof.source import Source
from gradproof.symbolic.kernel import (  # noqa: F401  # each enters its laws into the catalogue
    activation_laws,
    differentials,
    form_laws,
    kinks,
    real_functions,
    sum_laws,
)
from gradproof.symbolic.kernel.calculus import (
    DEFINITION_OF_DERIVATIVE,
    DEFINITION_OF_TANH,
    DERIVATIVE_OF_EXPONENTIALS,
    JACOBIAN_BY_BLOCKS,
    JACOBIAN_OF_CONSTANT,
    JACOBIAN_OF_ELEMENTWISE,
    JACOBIAN_OF_HADAMARD,
    JACOBIAN_OF_IDENTITY,
    JACOBIAN_OF_LINEAR_MAP,
    JACOBIAN_OF_SUM,
    POLYNOMIAL_CHAIN_RULE,
    QUOTIENT_RULE,
    chain_rule_through,
)
from gradproof.symbolic.kernel.growth_laws import (
    NEXT_POWER,
    NONNEGATIVE_DIFFERENCE,
    NORM_BY_ROW_SUMS,
)
from gradproof.symbolic.kernel.law import CATALOGUE, Law, RewritingLaw, enter
from gradproof.symbolic.kernel.limit_laws import (
    LIMIT_OF_CONSTANT,
    LIMIT_OF_ROOT,
    geometric_limit,
)
from gradproof.symbolic.kernel.matrix_laws import (
    DETERMINANT_OF_PRODUCT,
    DIAGONAL_OF_SUM,
    DIAGONALS_COMMUTE,
    MODULI_OF_SCALED_MATRIX,
    NORM_OF_BLOCKS,
    NORM_OF_NUMBERS,
    ROW_SUMS_OF_MODULI,
    norm_by_gram,
)
from gradproof.symbolic.kernel.trace_laws import NORM_AS_TRACE, TRACE_ALGEBRA
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.expressions import is_matrix
from gradproof.symbolic.language.gradient_nodes import Loss, ScalarSum
from gradproof.symbolic.language.normal_form import normal_form, same, stand_in
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.language.row_sums import OPERATOR_NORMS
from gradproof.symbolic.language.seal import KERNEL

__all__ = [
    "ALGEBRA",
    "CATALOGUE",
    "DEFINITION_OF_DERIVATIVE",
    "DEFINITION_OF_TANH",
    "DERIVATIVE_OF_EXPONENTIALS",
    "DETERMINANT_OF_PRODUCT",
    "DIAGONALS_COMMUTE",
    "DIAGONAL_OF_SUM",
    "EMPTY_PRODUCT",
    "FINITE",
    "HOMOGENEOUS",
    "JACOBIAN_BY_BLOCKS",
    "JACOBIAN_OF_CONSTANT",
    "JACOBIAN_OF_ELEMENTWISE",
    "JACOBIAN_OF_HADAMARD",
    "JACOBIAN_OF_IDENTITY",
    "JACOBIAN_OF_LINEAR_MAP",
    "JACOBIAN_OF_SUM",
    "LIMIT_OF_CONSTANT",
    "LIMIT_OF_ROOT",
    "MODULI_OF_SCALED_MATRIX",
    "MODULUS_OF_POWER",
    "NEWEST_FACTOR_LEFT",
    "NEXT_POWER",
    "NONNEGATIVE_DIFFERENCE",
    "NORM_AS_TRACE",
    "NORM_BY_ROW_SUMS",
    "NORM_DOMINATES_RADIUS",
    "NORM_DOMINATES_SMALLEST_SINGULAR_VALUE",
    "NORM_OF_BLOCKS",
    "NORM_OF_IDENTITY",
    "NORM_OF_NUMBERS",
    "POLYNOMIAL_CHAIN_RULE",
    "PRODUCT_WRITTEN_OUT",
    "QUOTIENT_RULE",
    "REVERSE_TRIANGLE",
    "ROW_SUMS_OF_MODULI",
    "SMALLEST_SINGULAR_VALUE_OF_IDENTITY",
    "SPECTRAL_MAPPING",
    "SUBMULTIPLICATIVE",
    "SUPERMULTIPLICATIVE",
    "TRACE_ALGEBRA",
    "TRIANGLE",
    "Law",
    "RewritingLaw",
    "chain_rule_through",
    "geometric_limit",
    "law_listing",
    "norm_by_gram",
]

# ---------------------------------------------------------------------------------------------
# Algebra
# ---------------------------------------------------------------------------------------------


class _RationalAlgebra(Law, seal=KERNEL):
    """Two rational functions of the same atoms are equal, and no denominator vanishes."""

    def refuses(self, left: sp.Basic, relation: Relation, right: sp.Basic) -> str | None:
        if relation is not Relation.EQ:
            return f"it gives “=”, not “{relation.value}”"
        if is_matrix(left):
            return None if same(left, right) else "the two sides have different normal forms"
        if same(left, right) or sp.cancel(sp.together(_abstract(left - right))) == 0:
            return None
        return "the difference of the two sides isn't identically 0"


def _abstract(expression: sp.Expr) -> sp.Expr:
    """Put a new symbol for every node that isn't SymPy's, so that SymPy sees numbers only."""
    normal = normal_form(expression)
    opaque = (
        nodes.MatrixQuantity,
        nodes.LimitSuperior,
        nodes.ActivationValue,
        nodes.ScalarDerivative,
        nodes.Trace,
        nodes.Determinant,
        Loss,
        ScalarSum,
    )
    replacement = {node: stand_in(node) for node in normal.atoms(*opaque)}
    return normal.xreplace(replacement)


ALGEBRA = CATALOGUE["algebra"] = _RationalAlgebra(
    "algebra", "equal by the axioms of rings and fields; denominators differ from 0", seal=KERNEL
)


@enter("the modulus of a power", "|cⁿ| = |c|ⁿ for complex c and an integer n")
def MODULUS_OF_POWER(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, sp.Abs) and isinstance(term.args[0], sp.Pow):
        power = term.args[0]
        if power.exp.is_integer:
            yield sp.Abs(power.base) ** power.exp


# ---------------------------------------------------------------------------------------------
# Products with the newest factor on the left
# ---------------------------------------------------------------------------------------------


@enter("empty product", "∏_{k=t+1}^{t} F_k = I")
def EMPTY_PRODUCT(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.OrderedProduct) and same(term.lower - 1, term.upper):
        yield sp.Identity(term.shape[0])


@enter("newest factor on the left", "∏_{k=s}^{n} F_k = F_n ∏_{k=s}^{n−1} F_k for n ≥ s")
def NEWEST_FACTOR_LEFT(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.OrderedProduct) and (term.upper - term.lower).is_nonnegative:
        shorter = nodes.OrderedProduct(term.factor, term.lower, term.upper - 1)
        yield sp.MatMul(term.factor_at(term.upper), shorter)


@enter("a product written out", "∏_{k=s}^{s+2} F_k = F_{s+2} F_{s+1} F_s, and so on")
def PRODUCT_WRITTEN_OUT(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.OrderedProduct):
        length = normal_form(term.upper - term.lower + 1)
        if length.is_Integer and length > 0:
            indices = (term.lower + i for i in reversed(range(int(length))))
            yield sp.MatMul(*(term.factor_at(k) for k in indices))


# ---------------------------------------------------------------------------------------------
# Norms and spectra
# ---------------------------------------------------------------------------------------------


@enter(
    "the norm is submultiplicative",
    "‖A B‖ ≤ ‖A‖ ‖B‖",
    Source("HornJohnson2013", "Section 5.6, matrix norms: the definition and Theorem 5.6.2"),
    Relation.LE,
)
def SUBMULTIPLICATIVE(term: sp.Basic) -> Iterator[sp.Basic]:
    if not (isinstance(term, OPERATOR_NORMS) and isinstance(term.args[0], sp.MatMul)):
        return
    scalars = [factor for factor in term.args[0].args if not is_matrix(factor)]
    matrices = [factor for factor in term.args[0].args if is_matrix(factor)]
    if scalars:
        return
    cuts = range(1, len(matrices))
    for count in range(1, len(matrices)):
        for chosen in itertools.combinations(cuts, count):
            edges = [0, *chosen, len(matrices)]
            yield sp.Mul(
                *(term.func(sp.MatMul(*matrices[a:b])) for a, b in itertools.pairwise(edges))
            )


@enter("the norm is homogeneous", "‖c A‖ = |c| ‖A‖", Source("HornJohnson2013", "Section 5.6"))
def HOMOGENEOUS(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, OPERATOR_NORMS) and isinstance(term.args[0], sp.MatMul):
        scalars = [factor for factor in term.args[0].args if not is_matrix(factor)]
        matrices = [factor for factor in term.args[0].args if is_matrix(factor)]
        if scalars and matrices:
            yield sp.Abs(sp.Mul(*scalars)) * term.func(sp.MatMul(*matrices))


@enter(
    "triangle inequality",
    "‖A + B‖ ≤ ‖A‖ + ‖B‖",
    Source("HornJohnson2013", "Section 5.6"),
    Relation.LE,
)
def TRIANGLE(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, OPERATOR_NORMS) and isinstance(term.args[0], sp.MatAdd):
        yield sp.Add(*(term.func(part) for part in term.args[0].args))


@enter("reverse triangle inequality", "‖A‖ − ‖B‖ ≤ ‖A + B‖", None, Relation.LE)
def REVERSE_TRIANGLE(term: sp.Basic) -> Iterator[sp.Basic]:
    # ‖A‖ = ‖(A + B) − B‖ ≤ ‖A + B‖ + ‖B‖.
    if not (isinstance(term, sp.Add) and len(term.args) == 2):
        return
    for larger, smaller in itertools.permutations(term.args):
        if isinstance(larger, OPERATOR_NORMS) and type(-smaller) is type(larger):
            A, B = larger.args[0], (-smaller).args[0]
            if A.shape == B.shape:
                yield larger.func(sp.MatAdd(A, B))


@enter("the norm of the identity", "‖I‖ = 1", Source("HornJohnson2013", "Section 5.6"))
def NORM_OF_IDENTITY(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, OPERATOR_NORMS):
        matrix = term.args[0]
        if matrix.shape[0].is_positive and same(matrix, sp.Identity(matrix.shape[0])):
            yield sp.Integer(1)


@enter(
    "the smallest singular value is supermultiplicative",
    "σ_min(A) σ_min(B) ≤ σ_min(A B)",
    None,
    Relation.LE,
)
def SUPERMULTIPLICATIVE(term: sp.Basic) -> Iterator[sp.Basic]:
    # ‖A B x‖ ≥ σ_min(A) ‖B x‖ ≥ σ_min(A) σ_min(B) ‖x‖, for factors in any order.
    factors = term.args if isinstance(term, sp.Mul) else ()
    if 2 <= len(factors) <= _MOST_FACTORS and all(
        isinstance(factor, nodes.SmallestSingularValue) for factor in factors
    ):
        matrices = [factor.args[0] for factor in factors]
        if all(same(matrix.shape[0], matrices[0].shape[0]) for matrix in matrices):
            for ordered in itertools.permutations(matrices):
                yield nodes.SmallestSingularValue(sp.MatMul(*ordered))


# All orders are tried, so the number of factors is kept small; a proof can take smaller steps.
_MOST_FACTORS = 4


@enter("the smallest singular value of the identity", "σ_min(I) = 1")
def SMALLEST_SINGULAR_VALUE_OF_IDENTITY(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.SmallestSingularValue):
        matrix = term.args[0]
        if same(matrix, sp.Identity(matrix.shape[0])):
            yield sp.Integer(1)


@enter(
    "the norm dominates the smallest singular value",
    "σ_min(A) ≤ ‖A‖",
    None,
    Relation.LE,
)
def NORM_DOMINATES_SMALLEST_SINGULAR_VALUE(term: sp.Basic) -> Iterator[sp.Basic]:
    # A minimum of ‖Ax‖ over the unit sphere is at most its maximum.
    if isinstance(term, nodes.SmallestSingularValue):
        yield nodes.SpectralNorm(term.args[0])


@enter(
    "spectral mapping",
    "ρ(A)ⁿ = ρ(Aⁿ)",
    Source("HornJohnson2013", "Theorem 1.1.6, eigenvalues of p(A)"),
)
def SPECTRAL_MAPPING(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.SpectralRadius) and isinstance(term.args[0], sp.MatPow):
        power = term.args[0]
        if power.exp.is_integer and power.exp.is_nonnegative:
            yield nodes.SpectralRadius(power.base) ** power.exp


@enter(
    "the norm dominates the spectral radius",
    "ρ(A) ≤ ‖A‖ and ρ(A) ≤ ‖A‖_∞",
    Source("HornJohnson2013", "Theorem 5.6.9"),
    Relation.LE,
)
def NORM_DOMINATES_RADIUS(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.SpectralRadius):
        for norm in OPERATOR_NORMS:
            yield norm(term.args[0])


class _Finite(Law, seal=KERNEL):
    """A real number is below ∞."""

    def refuses(self, left: sp.Basic, relation: Relation, right: sp.Basic) -> str | None:
        if relation is Relation.LT and right is sp.oo and left.is_real:
            return None
        return "the left side isn't known to be a real number, or the step isn't “< ∞”"


FINITE = CATALOGUE["a real number is finite"] = _Finite(
    "a real number is finite", "x < ∞ for real x", seal=KERNEL
)


def law_listing() -> list[dict[str, Any]]:
    """Return name, statement and source of every law of the catalogue, for documents."""
    return [
        {"name": law.name, "statement": law.statement, "source": str(law.source or "")}
        for law in CATALOGUE.values()
    ]
