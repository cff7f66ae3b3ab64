"""The notation of differentials, losses, gradients and sums, for both printers."""

from __future__ import annotations

from typing import Any

from gradproof.symbolic.language.expressions import BOUND_INDEX
from gradproof.symbolic.language.gradient_nodes import Gradient, ParameterDifferential

__all__ = ["LatexOfGradients", "TextOfGradients"]


def _is_immediate(expr: ParameterDifferential | Gradient) -> bool:
    """Whether only the last step is differentiated: the state before it is held fixed."""
    index = (
        getattr(expr.args[0], "index", None) if isinstance(expr, ParameterDifferential) else None
    )
    return index is not None and expr.start != 0 and index - expr.start == 1


class TextOfGradients:
    """Methods of a text printer, which supplies ``_print`` and ``_subscript``."""

    def _print_ParameterDifferential(self: Any, expr: ParameterDifferential) -> str:
        sign = "∂⁺" if _is_immediate(expr) else "∂"
        function = self._print(expr.function)
        if not hasattr(expr.function, "index"):
            function = f"[{function}]"
        quotient = f"{sign}{function}/∂{self._print(expr.parameter)}"
        return f"{quotient}{self._held(expr)}[{self._print(expr.direction)}]"

    def _print_Gradient(self: Any, expr: Gradient) -> str:
        loss = self._print(expr.loss)
        if not hasattr(expr.loss, "index"):
            loss = f"[{loss}]"
        return f"∂{loss}/∂{self._print(expr.parameter)}{self._held(expr)}"

    def _held(self: Any, expr: ParameterDifferential | Gradient) -> str:
        if expr.start == 0 or _is_immediate(expr):
            return ""
        return f"|{self._subscript('h', expr.start)}"

    def _print_Loss(self: Any, expr: Any) -> str:
        return f"{self._subscript(_letter(expr, 'ℓ'), expr.index)}({self._print(expr.argument)})"

    def _print_LossGradient(self: Any, expr: Any) -> str:
        return f"∇{self._print_Loss(expr)}"

    def _print_MatrixSum(self: Any, expr: Any) -> str:
        k = self._print(BOUND_INDEX)
        lower, upper = (self._print(limit).replace(" ", "") for limit in (expr.lower, expr.upper))
        return f"∑_{{{k}={lower}}}^{{{upper}}} [{self._print(expr.term)}]"

    _print_ScalarSum = _print_MatrixSum


class LatexOfGradients:
    """Methods of a LaTeX printer, which supplies ``_print`` and ``_index``."""

    def _print_ParameterDifferential(self: Any, expr: ParameterDifferential) -> str:
        sign = r"\partial^{+}" if _is_immediate(expr) else r"\partial"
        below = rf"\partial {self._print(expr.parameter)}"
        if hasattr(expr.function, "index"):
            quotient = rf"\frac{{{sign} {self._print(expr.function)}}}{{{below}}}"
        else:
            quotient = rf"\frac{{{sign}}}{{{below}}}\left({self._print(expr.function)}\right)"
        return rf"{self._held(expr, quotient)}\left[{self._print(expr.direction)}\right]"

    def _print_Gradient(self: Any, expr: Gradient) -> str:
        below = rf"\partial {self._print(expr.parameter)}"
        loss = self._print(expr.loss)
        if hasattr(expr.loss, "index"):
            return self._held(expr, rf"\frac{{\partial {loss}}}{{{below}}}")
        return self._held(expr, rf"\frac{{\partial}}{{{below}}}\left[{loss}\right]")

    def _held(self: Any, expr: ParameterDifferential | Gradient, quotient: str) -> str:
        if expr.start == 0 or _is_immediate(expr):
            return quotient
        return rf"\left.{quotient}\right|_{{h_{{{self._index(expr.start)}}}}}"

    def _print_Loss(self: Any, expr: Any) -> str:
        letter = _letter(expr, r"\ell")
        argument = rf"\left({self._print(expr.argument)}\right)"
        return rf"{letter}_{{{self._index(expr.index)}}}{argument}"

    def _print_LossGradient(self: Any, expr: Any) -> str:
        return rf"\nabla {self._print_Loss(expr)}"

    def _print_MatrixSum(self: Any, expr: Any) -> str:
        lower, upper = self._index(expr.lower), self._index(expr.upper)
        k = self._print(BOUND_INDEX)
        return rf"\sum_{{{k}={lower}}}^{{{upper}}}\left[{self._print(expr.term)}\right]"

    _print_ScalarSum = _print_MatrixSum


def _letter(expr: Any, ell: str) -> str:
    return ell if expr.name == "ell" else str(expr.name)
