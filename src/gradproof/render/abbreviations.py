"""Letters for the long blocks of block matrices, which wouldn't fit on a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from gradproof.render.latex_rows import plain_brackets
from gradproof.symbolic.kernel.derivation import Theorem
from gradproof.symbolic.language.blocks import Blocks
from gradproof.symbolic.language.expressions import SpectralNorm, TimeIndexed
from gradproof.symbolic.language.notation import latex, text

__all__ = ["Abbreviations"]

# A block that is longer than this in plain text gets a letter.
_LONG = 24

_LETTERS = dict(zip("ABCDEF", "𝒜ℬ𝒞𝒟ℰℱ", strict=True))

_K = sp.Symbol("k", integer=True, positive=True)


@dataclass(frozen=True)
class Abbreviations:
    r"""What stands for the long blocks of one theorem: block → a symbol with the block's index.

    >>> from gradproof.symbolic.theorems.cells import state_jacobian
    >>> found = Abbreviations.of(state_jacobian("lstm_without_forget_gate"))
    >>> print(*(name for name, _ in found.definitions))
    \mathcal{A}_{k} \mathcal{B}_{k} \mathcal{C}_{k}
    >>> print(found.latex(state_jacobian("lstm_without_forget_gate").proposition.right))
    \begin{pmatrix} \mathcal{A}_{k} & \mathcal{B}_{k} \\ \mathcal{C}_{k} & I \end{pmatrix}
    """

    symbols: dict[sp.Basic, sp.MatrixSymbol]

    @classmethod
    def of(cls, theorem: Theorem) -> Abbreviations:
        """Return the abbreviations that a theorem and its proof need."""
        letters: dict[sp.Basic, str] = {}
        symbols: dict[sp.Basic, sp.MatrixSymbol] = {}
        for block in _long_blocks(theorem):
            index = _index(block)
            if index is None or block in symbols:
                continue
            general = _at(block, index, _K)
            if general not in letters and len(letters) == len(_LETTERS):
                continue
            letter = letters.setdefault(general, "ABCDEF"[len(letters)])
            name = rf"\mathcal{{{letter}}}_{{{latex(index).replace(' ', '')}}}"
            symbols[block] = sp.MatrixSymbol(name, *block.shape)
        return cls(symbols)

    @property
    def definitions(self) -> list[tuple[str, sp.MatrixExpr]]:
        """The symbols with the index k, in LaTeX, and the blocks that they stand for."""
        found: dict[str, sp.MatrixExpr] = {}
        for block, symbol in self.symbols.items():
            letter, _, _ = symbol.name.partition("_")
            found.setdefault(letter + "_{k}", _at(block, _index(block), _K))
        return list(found.items())

    def latex(self, expression: sp.Basic) -> str:
        """Return an expression in LaTeX with its long blocks abbreviated."""
        return plain_brackets(latex(self.applied(expression)))

    def in_words(self, words: str) -> str:
        """Return words that hold formulas in Unicode with the long blocks abbreviated."""
        longest_first = sorted(self.symbols.items(), key=lambda item: -len(text(item[0])))
        for block, symbol in longest_first:
            letter, _, index = symbol.name.removeprefix(r"\mathcal{").partition("}_")
            words = words.replace(text(block), f"{_LETTERS[letter]}_{index.replace('-', '−')}")
        return words

    def applied(self, expression: sp.Basic) -> sp.Basic:
        """Return an expression with its long blocks abbreviated."""
        matrices = {
            matrix: Blocks(*(self.symbols.get(block, block) for block in matrix.args))
            for matrix in expression.atoms(Blocks)
        }
        norms = {
            SpectralNorm(block): SpectralNorm(symbol) for block, symbol in self.symbols.items()
        }
        return expression.xreplace(norms).xreplace(matrices)


def _long_blocks(theorem: Theorem) -> Iterator[sp.MatrixExpr]:
    chains = (section.chain for section in theorem.sections)
    shown = [theorem.proposition.left, theorem.proposition.right]
    shown += (side for chain in chains for side in (chain.first, *(s.right for s in chain.steps)))
    for expression in shown:
        for matrix in sorted(expression.atoms(Blocks), key=text):
            yield from (block for block in matrix.args if len(text(block)) > _LONG)


def _at(block: sp.MatrixExpr, index: sp.Expr | None, k: sp.Expr) -> sp.MatrixExpr:
    """Return the block at step k instead of the one at ``index``."""
    vectors = block.atoms(TimeIndexed)
    moved = {v: v.func(v.args[0], k + (v.index - index), *v.args[2:]) for v in vectors}
    return block.xreplace(moved)


def _index(block: sp.Basic) -> sp.Expr | None:
    """Return the step k that a block belongs to: it holds values of k and of k − 1 only."""
    indices = {vector.index for vector in block.atoms(TimeIndexed)}
    return next((k for k in indices if indices <= {k, k - 1}), None)
