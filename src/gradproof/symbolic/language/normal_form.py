"""Equality up to the axioms of rings: what every step may use without saying so.

Two matrix expressions are the same when they are equal by associativity, distributivity, units,
zeros, commuting scalars, A^m A^n = A^(m+n), A A⁻¹ = I, (AB)ᵀ = BᵀAᵀ and the transpose of a block
matrix block by block. They are compared by their
normal form: a sum of words (products of atoms) with scalar coefficients. Scalars are compared after
expansion, on top of SymPy's own ordering of sums, products and powers. Nothing else is identified:
factors of a word never change places.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TypeAlias

import sympy as sp

from gradproof.symbolic.language.blocks import Blocks
from gradproof.symbolic.language.expressions import Diagonal, is_matrix

__all__ = ["may_be_power_of_zero", "normal_form", "same", "stand_in"]

# A word is a product of powers of atoms, the leftmost first.
Word: TypeAlias = tuple[tuple[sp.MatrixExpr, sp.Expr], ...]
Words: TypeAlias = dict[Word, sp.Expr]

# How many parts of expressions keep their normal form: a derivation looks at the same ones again.
_KEPT = 2**14


def same(left: sp.Basic, right: sp.Basic) -> bool:
    """Whether two expressions are equal by the axioms of rings.

    >>> W = sp.MatrixSymbol("W", 2, 2)
    >>> V = sp.MatrixSymbol("V", 2, 2)
    >>> same(W * (V + W), W * V + W**2), same(W * V, V * W)
    (True, False)
    """
    if left == right:
        return True
    if not (isinstance(left, sp.Expr) and isinstance(right, sp.Expr)):
        return False
    if is_matrix(left) != is_matrix(right):
        return False
    if not is_matrix(left):
        return bool(_scalar(left) - _scalar(right) == 0)
    if not all(_scalar(m - n) == 0 for m, n in zip(left.shape, right.shape, strict=True)):
        return False
    first, second = _words(left), _words(right)
    return set(first) == set(second) and all(
        _scalar(first[word] - second[word]) == 0 for word in first
    )


def normal_form(expression: sp.Basic) -> sp.Basic:
    """Return the representative of the class of expressions that :func:`same` identifies."""
    if not is_matrix(expression):
        return _scalar(expression)
    rows, columns = (_scalar(size) for size in expression.shape)
    words = _words(expression)
    if not words:
        return sp.ZeroMatrix(rows, columns)
    terms = [
        sp.MatMul(coefficient, *(_power(base, exponent) for base, exponent in word), evaluate=False)
        if word
        else sp.MatMul(coefficient, sp.Identity(rows), evaluate=False)
        for word, coefficient in sorted(words.items(), key=sp.default_sort_key)
    ]
    return sp.MatAdd(*terms, evaluate=False) if len(terms) > 1 else terms[0]


def may_be_power_of_zero(base: sp.Basic, exponent: sp.Basic) -> bool:
    """Whether 0ⁿ stands here, with an n that may be 0.

    It is I for n = 0, but SymPy takes it for 0 (as of 1.14, where it stands in a product), so such
    a power must not arise anywhere.

    >>> n, W = sp.Symbol("n", integer=True, nonnegative=True), sp.MatrixSymbol("W", 2, 2)
    >>> may_be_power_of_zero(W - W, n), may_be_power_of_zero(W - W, n + 1)
    (True, False)
    """
    if exponent.is_Integer or exponent.is_positive:
        return False
    return all(coefficient.is_zero for coefficient in _words(base).values())


def _power(base: sp.MatrixExpr, exponent: sp.Expr) -> sp.MatrixExpr:
    return base if exponent == 1 else sp.MatPow(base, exponent)


@functools.lru_cache(maxsize=_KEPT)
def _scalar(expression: sp.Basic) -> sp.Basic:
    """Expand a scalar, with every matrix inside it in normal form."""
    if not expression.args:
        return expression
    inner = [normal_form(a) if isinstance(a, sp.Expr) else a for a in expression.args]
    rebuilt = expression.func(*inner)
    # SymPy's expansion would enter matrices and evaluate them by rules of its own: it is shown a
    # symbol in place of each number that belongs to a matrix.
    hidden = {node: stand_in(node) for node in _numbers_of_matrices(rebuilt)}
    # SymPy writes x^(m+n) as x^m x^n where that is valid: m, n ≥ 0, or x ≠ 0.
    expanded = sp.expand_mul(sp.expand_power_exp(rebuilt.xreplace(hidden)))
    return expanded.xreplace({symbol: node for node, symbol in hidden.items()})


def _numbers_of_matrices(expression: sp.Basic) -> Iterator[sp.Expr]:
    """Yield the outermost numbers that belong to a matrix: norms, traces, losses, ‖A‖ + ‖B‖ not."""
    if any(is_matrix(part) for part in expression.args):
        if not is_matrix(expression):
            yield expression
        return
    for part in expression.args:
        yield from _numbers_of_matrices(part)


def stand_in(number: sp.Expr) -> sp.Dummy:
    """Return a new symbol that is known to be what the number is known to be: real, or ≥ 0."""
    if number.is_nonnegative:
        return sp.Dummy(nonnegative=True)
    return sp.Dummy(real=True) if number.is_real else sp.Dummy(complex=True)


@functools.lru_cache(maxsize=_KEPT)
def _words(expression: sp.MatrixExpr) -> Words:
    if isinstance(expression, sp.ZeroMatrix):
        return {}
    if isinstance(expression, sp.Identity):
        return {(): sp.Integer(1)}
    if isinstance(expression, sp.MatAdd):
        return _sum([_words(term) for term in expression.args])
    if isinstance(expression, sp.MatMul):
        product: Words = {(): sp.Integer(1)}
        for factor in expression.args:
            unit: Words = {(): _scalar(factor)} if not is_matrix(factor) else _words(factor)
            product = _product(product, unit)
        return product
    if isinstance(expression, sp.Transpose):
        return {
            tuple((_transpose(base), exponent) for base, exponent in reversed(word)): coefficient
            for word, coefficient in _words(expression.arg).items()
        }
    if isinstance(expression, sp.MatPow):  # includes Inverse
        base, exponent = expression.base, _scalar(expression.exp)
        words = _words(base)
        if exponent.is_Integer and 0 <= exponent <= _LONGEST_EXPANDED_POWER:
            power: Words = {(): sp.Integer(1)}
            for _ in range(int(exponent)):
                power = _product(power, words)
            return power
        if list(words.values()) == [1] and len(next(iter(words))) == 1:
            ((atom, inner),) = next(iter(words))
            if inner == 1:
                return {((atom, exponent),): sp.Integer(1)}
        return {((normal_form(base), exponent),): sp.Integer(1)}
    inner = [normal_form(a) if isinstance(a, sp.Expr) else a for a in expression.args]
    return {((expression.func(*inner) if inner else expression, sp.Integer(1)),): sp.Integer(1)}


# A power of a sum is multiplied out up to here; beyond, it stays one atom (which identifies less).
_LONGEST_EXPANDED_POWER = 4


def _transpose(atom: sp.MatrixExpr) -> sp.MatrixExpr:
    if isinstance(atom, sp.Transpose):
        return atom.arg
    if isinstance(atom, Blocks):
        return Blocks(*map(normal_form, atom.transposed.args))
    return atom if isinstance(atom, Diagonal) else sp.Transpose(atom)


def _sum(terms: list[Words]) -> Words:
    total: Words = {}
    for words in terms:
        for word, coefficient in words.items():
            total[word] = _scalar(total.get(word, sp.Integer(0)) + coefficient)
    return {word: coefficient for word, coefficient in total.items() if coefficient != 0}


def _product(left: Words, right: Words) -> Words:
    return _sum(
        [
            {_concatenate(first, second): coefficient * factor}
            for first, coefficient in left.items()
            for second, factor in right.items()
        ]
    )


def _concatenate(left: Word, right: Word) -> Word:
    if left and right and left[-1][0] == right[0][0]:
        exponent = _scalar(left[-1][1] + right[0][1])
        if exponent == 0:
            return _concatenate(left[:-1], right[1:])
        return (*left[:-1], (left[-1][0], exponent), *right[1:])
    return left + right
