"""The laws of special matrices: diagonal, 1×1 and real ones, and of eigenvalues of products."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from gradproof.errors import InputError
from gradproof.source import Source
from gradproof.symbolic.kernel.law import RewritingLaw, enter
from gradproof.symbolic.kernel.rewriting import Binders, inside_derivative
from gradproof.symbolic.language import expressions as nodes
from gradproof.symbolic.language.blocks import Blocks
from gradproof.symbolic.language.expressions import is_matrix
from gradproof.symbolic.language.normal_form import same
from gradproof.symbolic.language.relation import Relation, is_real
from gradproof.symbolic.language.row_sums import EntrywiseModulus, InfinityNorm
from gradproof.symbolic.language.seal import KERNEL

__all__ = [
    "DETERMINANT_OF_PRODUCT",
    "DIAGONALS_COMMUTE",
    "DIAGONAL_OF_SUM",
    "MODULI_OF_SCALED_MATRIX",
    "NORM_OF_BLOCKS",
    "NORM_OF_NUMBERS",
    "RADIUS_OF_ROTATED_PRODUCT",
    "ROW_SUMS_OF_MODULI",
    "norm_by_gram",
]


@enter("diagonal matrices commute", "diag(u) diag(v) = diag(v) diag(u)")
def DIAGONALS_COMMUTE(term: sp.Basic) -> Iterator[sp.Basic]:
    # Both sides are diag(u ⊙ v).
    if isinstance(term, sp.MatMul) and len(term.args) == 2:
        left, right = term.args
        if isinstance(left, nodes.Diagonal) and isinstance(right, nodes.Diagonal):
            yield sp.MatMul(right, left)


def _factors(matrix: sp.Basic, *, at_least: int = 2) -> tuple[sp.Basic, ...]:
    """Return the factors of a product of matrices without a scalar, else nothing."""
    if isinstance(matrix, sp.MatMul) and all(map(is_matrix, matrix.args)):
        return matrix.args if len(matrix.args) >= at_least else ()
    return ()


@enter("the norm of a product of numbers", "‖A B‖ = ‖A‖ ‖B‖ for 1×1 matrices A and B")
def NORM_OF_NUMBERS(term: sp.Basic) -> Iterator[sp.Basic]:
    # The norm of the 1×1 matrix [a] is |a|, and |a b| = |a| |b|.
    if isinstance(term, nodes.SpectralNorm):
        factors = _factors(term.args[0])
        if factors and all(size == 1 for factor in factors for size in factor.shape):
            yield sp.Mul(*map(nodes.SpectralNorm, factors))


@enter(
    "the determinant is multiplicative",
    "det(A B) = det A det B for square A and B",
    Source("HornJohnson2013", "Section 0.3.5"),
)
def DETERMINANT_OF_PRODUCT(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.Determinant):
        factors = _factors(term.args[0])
        if factors and all(same(*factor.shape) for factor in factors):
            yield sp.Mul(*map(nodes.Determinant, factors))


@enter(
    "the norm of a block matrix",
    "‖[A_ij]‖ ≤ (Σ ‖A_ij‖²)^(1/2)",
    None,
    Relation.LE,
)
def NORM_OF_BLOCKS(term: sp.Basic) -> Iterator[sp.Basic]:
    # The i-th part of [A_ij] x has a norm of at most Σ_j ‖A_ij‖ ‖x_j‖ ≤ (Σ_j ‖A_ij‖²)^(1/2) ‖x‖.
    if isinstance(term, nodes.SpectralNorm) and isinstance(term.args[0], Blocks):
        blocks = term.args[0].args
        yield sp.sqrt(sp.Add(*(nodes.SpectralNorm(block) ** 2 for block in blocks)))


@enter("the diagonal of a sum", "diag(u + v) = diag(u) + diag(v)")
def DIAGONAL_OF_SUM(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.Diagonal) and isinstance(term.vector, sp.MatAdd):
        yield sp.MatAdd(*map(nodes.Diagonal, term.vector.args))


@enter(
    "the spectral radius of a rotated product",
    "ρ(A B) = ρ(B A) for square A and B of one size",
    Source("HornJohnson2013", "Theorem 1.3.22"),
)
def RADIUS_OF_ROTATED_PRODUCT(term: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(term, nodes.SpectralRadius):
        factors = _factors(term.args[0])
        size = term.args[0].shape[0]
        if factors and all(same(side, size) for factor in factors for side in factor.shape):
            for cut in range(1, len(factors)):
                yield nodes.SpectralRadius(sp.MatMul(*factors[cut:], *factors[:cut]))


@enter("the moduli of a scaled matrix", "ρ(|D A D⁻¹|) = ρ(|A|) for D = diag(s), |A| = (|a_ij|)")
def MODULI_OF_SCALED_MATRIX(term: sp.Basic) -> Iterator[sp.Basic]:
    # The entries of D A D⁻¹ are s_i a_ij / s_j, so |D A D⁻¹| = |D| |A| |D|⁻¹ is similar to |A|.
    if isinstance(term, nodes.SpectralRadius) and isinstance(term.args[0], EntrywiseModulus):
        factors = _factors(term.args[0].args[0], at_least=3)
        if factors and isinstance(factors[0], nodes.Diagonal) and factors[-1] == factors[0].I:
            yield nodes.SpectralRadius(EntrywiseModulus(sp.MatMul(*factors[1:-1])))


@enter("the row sums of the moduli", "‖|A|‖_∞ = ‖A‖_∞ for |A| = (|a_ij|)")
def ROW_SUMS_OF_MODULI(term: sp.Basic) -> Iterator[sp.Basic]:
    # Both are the greatest Σ_j |a_ij|.
    if isinstance(term, InfinityNorm) and isinstance(term.args[0], EntrywiseModulus):
        yield InfinityNorm(term.args[0].args[0])


def norm_by_gram(matrix: sp.MatrixSymbol) -> RewritingLaw:
    """Return the law ‖A‖ = ‖Aᵀ A‖^(1/2) for one real A; with complex entries it is false.

    Raises
    ------
    InputError
        If ``matrix`` is no matrix symbol.
    """
    if type(matrix) is not sp.MatrixSymbol:
        raise InputError("matrix", f"is {matrix!r}", "give a matrix symbol")

    def rule(term: sp.Basic, binders: Binders) -> Iterator[sp.Basic]:
        if not inside_derivative(binders) and term == nodes.SpectralNorm(matrix):
            yield sp.sqrt(nodes.SpectralNorm(sp.MatMul(matrix.T, matrix)))

    return RewritingLaw(
        "the norm of a real matrix by its Gram matrix",
        "‖A‖ = ‖Aᵀ A‖^(1/2) for real A",
        Source("HornJohnson2013", "Section 5.6, the spectral norm: ‖A* A‖ = ‖A‖²"),
        hypotheses=frozenset({is_real(matrix)}),
        seal=KERNEL,
        rule=rule,
    )
