"""Expressions in the notation that people write: plain text and LaTeX.

One table of node → form serves both printers; whatever isn't in it is printed by SymPy.
"""

from __future__ import annotations

import functools
from typing import Any

import sympy as sp
from sympy.core.symbol import Str
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE, precedence_traditional
from sympy.printing.str import StrPrinter

from gradproof.symbolic.language.expressions import BOUND_INDEX, OrderedProduct
from gradproof.symbolic.language.gradient_notation import LatexOfGradients, TextOfGradients
from gradproof.symbolic.language.ordering import (
    OrderedTerms,
    factor_order,
    has_sign_or_denominator,
    in_order,
    is_form,
    joined,
    scaled_products,
    signed,
)

__all__ = ["domain", "latex", "text"]

_GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "rho": "ρ",
    "phi": "φ",
    "varepsilon": "ε",
}
_SUPERSCRIPTS = str.maketrans("0123456789-+nm", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿᵐ")


@functools.lru_cache(maxsize=2**14, typed=True)
def text(expression: sp.Basic) -> str:
    """Return the expression as one line of Unicode text.

    >>> from gradproof.symbolic.language.expressions import Jacobian, State
    >>> d, k = sp.symbols("d k", integer=True, positive=True)
    >>> text(Jacobian(State("h", k, d), State("h", k - 1, d)))
    '∂h_k/∂h_{k−1}'
    """
    return str(_TextPrinter().doprint(expression)).replace("-", "−")


def latex(expression: sp.Basic) -> str:
    r"""Return the expression as LaTeX (mathematics mode, amsmath).

    >>> from gradproof.symbolic.language.expressions import Jacobian, State
    >>> d, k = sp.symbols("d k", integer=True, positive=True)
    >>> latex(Jacobian(State("h", k, d), State("h", k - 1, d)))
    '\\frac{\\partial h_{k}}{\\partial h_{k-1}}'
    """
    return str(_LatexPrinter().doprint(expression))


def domain(symbol: sp.Symbol) -> str:
    """Return what a symbol is declared to stand for.

    >>> domain(sp.Symbol("z", positive=True))
    'z > 0'
    >>> domain(sp.Symbol("n", integer=True, nonnegative=True))
    'integer n ≥ 0'
    """
    name = text(symbol)
    if not symbol.is_real:
        return f"complex {name} ≠ 0" if symbol.is_zero is False else f"complex {name}"
    kind = "integer " if symbol.is_integer else ""
    signs = {"positive": "> 0", "negative": "< 0", "nonnegative": "≥ 0", "nonzero": "≠ 0"}
    for sign, words in signs.items():
        if getattr(symbol, f"is_{sign}"):
            return f"{kind}{name} {'≥ 1' if kind and sign == 'positive' else words}"
    return f"{kind or 'real '}{name}"


def _primes(order: sp.Expr) -> str:
    beyond = f"⁽{str(order).translate(_SUPERSCRIPTS)}⁾"
    return {0: "", 1: "′", 2: "″", 3: "‴"}.get(order, beyond)


class _TextPrinter(OrderedTerms, TextOfGradients, StrPrinter):
    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return _GREEK.get(expr.name, expr.name)

    def _print_Dummy(self, expr: sp.Dummy) -> str:
        return str(expr.name)

    def _print_MatrixSymbol(self, expr: sp.MatrixSymbol) -> str:
        return str(expr.name).replace("^*", "*")

    def _subscript(self, name: str, index: sp.Expr) -> str:
        inner = self._print(index).replace(" ", "")
        return f"{name}_{inner}" if len(inner) == 1 else f"{name}_{{{inner}}}"

    def _print_TimeIndexed(self, expr: Any) -> str:
        return self._subscript(expr.name, expr.index)

    _print_State = _print_Preactivation = _print_Input = _print_TimeIndexed

    def _print_Str(self, expr: Str) -> str:
        return _GREEK.get(expr.name, expr.name)

    def _print_ParametricActivation(self, expr: Any) -> str:
        return self._subscript(expr.name, expr.parameter)

    def _print_ActivationValue(self, expr: Any) -> str:
        return f"{self._print(expr.args[0])}{_primes(expr.order)}({self._print(expr.argument)})"

    _print_Elementwise = _print_ActivationValue

    def _print_Diagonal(self, expr: Any) -> str:
        return f"diag({self._print(expr.vector)})"

    def _print_Jacobian(self, expr: Any) -> str:
        function = self._print(expr.function)
        if not hasattr(expr.function, "index"):
            function = f"[{function}]"
        return f"∂{function}/∂{self._print(expr.variable)}"

    def _print_OrderedProduct(self, expr: OrderedProduct) -> str:
        k = self._print(BOUND_INDEX)
        lower, upper = (self._print(limit).replace(" ", "") for limit in (expr.lower, expr.upper))
        return f"∏_{{{k}={lower}}}^{{{upper}}} [{self._print(expr.factor)}]"

    def _print_SpectralNorm(self, expr: Any) -> str:
        return f"‖{self._print(expr.args[0])}‖"

    def _print_SpectralRadius(self, expr: Any) -> str:
        return f"ρ({self._print(expr.args[0])})"

    def _print_SmallestSingularValue(self, expr: Any) -> str:
        return f"σ_min({self._print(expr.args[0])})"

    def _print_Determinant(self, expr: Any) -> str:
        return f"det({self._print(expr.args[0])})"

    def _print_Trace(self, expr: Any) -> str:
        matrix = expr.args[0]
        return self._print(matrix) if is_form(matrix) else f"tr({self._print(matrix)})"

    def _print_ScalarDerivative(self, expr: Any) -> str:
        return f"d/d{self._print(expr.variable)} [{self._print(expr.function)}]"

    def _print_LimitSuperior(self, expr: Any) -> str:
        return f"limsup_{self._print(expr.index)} {self.parenthesize(expr.term, PRECEDENCE['Mul'])}"

    def _print_Abs(self, expr: sp.Abs) -> str:
        return f"|{self._print(expr.args[0])}|"

    def _print_exp(self, expr: sp.exp) -> str:
        return f"e^{self._exponent(expr.args[0])}"

    def _print_Identity(self, _expr: sp.Identity) -> str:
        return "I"

    def _print_ZeroMatrix(self, _expr: sp.ZeroMatrix) -> str:
        return "0"

    def _print_Pi(self, _expr: sp.Basic) -> str:
        return "π"

    def _print_Exp1(self, _expr: sp.Basic) -> str:
        return "e"

    def _print_Infinity(self, _expr: sp.Basic) -> str:
        return "∞"

    def _print_NegativeInfinity(self, _expr: sp.Basic) -> str:
        return "−∞"

    def _print_MatMul(self, expr: sp.MatMul) -> str:
        sign, factors = signed(expr)
        return sign + " ".join(self.parenthesize(factor, PRECEDENCE["Mul"]) for factor in factors)

    def _print_MatAdd(self, expr: sp.MatAdd) -> str:
        return joined(self._print(term) for term in in_order(expr))

    def _print_OneMatrix(self, _expr: sp.OneMatrix) -> str:
        return "1"

    def _print_Inverse(self, expr: sp.Inverse) -> str:
        return f"{self.parenthesize(expr.arg, PRECEDENCE['Pow'])}⁻¹"

    def _print_Transpose(self, expr: sp.Transpose) -> str:
        return f"{self.parenthesize(expr.arg, PRECEDENCE['Pow'])}ᵀ"

    def _exponent(self, exponent: sp.Expr) -> str:
        inner = str(self._print(exponent)).replace(" ", "")
        if inner.startswith("-") and len(inner) == 2:
            return f"({inner})"
        return inner if len(inner) == 1 else f"({inner})"

    def _print_MatPow(self, expr: sp.MatPow) -> str:
        return self._power(self.parenthesize(expr.base, PRECEDENCE["Pow"]), expr.exp)

    def _power(self, base: str, exponent: sp.Expr) -> str:
        inner = str(self._print(exponent)).replace(" ", "")
        if all(ord(character) in _SUPERSCRIPTS for character in inner):
            return base + inner.translate(_SUPERSCRIPTS)
        return f"{base}^{self._exponent(exponent)}"

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        if abs(expr.exp) == sp.S.Half:
            root = f"√{self.parenthesize(expr.base, PRECEDENCE['Pow'])}"
            return root if expr.exp.is_positive else f"1/{root}"
        if expr.exp.is_Integer and expr.exp < -1:
            return f"1/{self._print(sp.Pow(expr.base, -expr.exp))}"
        if expr.exp.is_Rational and (expr.exp.is_negative or not expr.exp.is_integer):
            return str(super()._print_Pow(expr, rational))
        if isinstance(expr.base, sp.exp) or expr.base is sp.E:
            return f"e^{self._exponent(expr.exp)}"
        return self._power(self.parenthesize(expr.base, PRECEDENCE["Pow"]), expr.exp)

    def _print_Mul(self, expr: sp.Mul) -> str:
        groups = scaled_products(expr)
        if groups is None:
            if has_sign_or_denominator(expr):
                return str(super()._print_Mul(expr)).replace("*", " ")
            factors = sorted(expr.args, key=factor_order)
            return " ".join(self.parenthesize(factor, PRECEDENCE["Mul"]) for factor in factors)
        parts = []
        for bases, exponent in groups:
            inner = " ".join(
                self.parenthesize(base, PRECEDENCE["Mul"])
                for base in sorted(bases, key=factor_order)
            )
            if exponent == 1:
                parts.append(inner)
            elif len(bases) == 1:
                parts.append(self._print(sp.Pow(bases[0], exponent)))
            else:
                parts.append(self._power(f"({inner})", exponent))
        return " ".join(parts)


class _LatexPrinter(OrderedTerms, LatexOfGradients, LatexPrinter):
    def _print_Dummy(self, expr: sp.Dummy) -> str:
        return str(expr.name)

    def _print_MatrixSymbol(self, expr: sp.MatrixSymbol, **_style: Any) -> str:
        return str(expr.name)

    def _index(self, index: sp.Expr) -> str:
        return str(self._print(index)).replace(" ", "")

    def _print_TimeIndexed(self, expr: Any) -> str:
        return f"{expr.name}_{{{self._index(expr.index)}}}"

    _print_State = _print_Preactivation = _print_Input = _print_TimeIndexed

    def _print_Str(self, expr: Str) -> str:
        if expr.name in _LATEX_COMMANDS:
            return _LATEX_COMMANDS[expr.name]
        return f"\\operatorname{{{expr.name}}}".replace("_", r"\_")

    def _print_ParametricActivation(self, expr: Any) -> str:
        return f"{self._print(expr.args[0])}_{{{self._print(expr.parameter)}}}"

    def _print_ActivationValue(self, expr: Any) -> str:
        primes = "'" * int(expr.order)
        name = self._print(expr.args[0])
        return f"{name}{primes}\\left({self._print(expr.argument)}\\right)"

    _print_Elementwise = _print_ActivationValue

    def _print_Diagonal(self, expr: Any) -> str:
        return f"\\operatorname{{diag}}\\left({self._print(expr.vector)}\\right)"

    def _print_Jacobian(self, expr: Any) -> str:
        below = f"\\partial {self._print(expr.variable)}"
        if hasattr(expr.function, "index"):
            return f"\\frac{{\\partial {self._print(expr.function)}}}{{{below}}}"
        return f"\\frac{{\\partial}}{{{below}}}\\left[{self._print(expr.function)}\\right]"

    def _print_OrderedProduct(self, expr: OrderedProduct) -> str:
        lower, upper = self._index(expr.lower), self._index(expr.upper)
        k = self._print(BOUND_INDEX)
        arrow = r"\mathop{\overleftarrow{\prod}}\limits"
        factor = self.parenthesize(expr.factor, PRECEDENCE["Mul"])
        return f"{arrow}_{{{k}={lower}}}^{{{upper}}}\\,{factor}"

    def _print_SpectralNorm(self, expr: Any, exp: str | None = None) -> str:
        inner = f"\\left\\lVert {self._print(expr.args[0])} \\right\\rVert"
        return inner if exp is None else f"{inner}^{{{exp}}}"

    def _print_SpectralRadius(self, expr: Any, exp: str | None = None) -> str:
        inner = f"\\rho\\left({self._print(expr.args[0])}\\right)"
        return inner if exp is None else f"{inner}^{{{exp}}}"

    def _print_SmallestSingularValue(self, expr: Any, exp: str | None = None) -> str:
        inner = f"\\sigma_{{\\min}}\\left({self._print(expr.args[0])}\\right)"
        return inner if exp is None else f"{inner}^{{{exp}}}"

    def _print_Determinant(self, expr: Any, exp: str | None = None) -> str:
        inner = f"\\det\\left({self._print(expr.args[0])}\\right)"
        return inner if exp is None else f"{inner}^{{{exp}}}"

    def _print_Trace(self, expr: Any, exp: str | None = None) -> str:
        inner = self._print(expr.args[0])
        if not is_form(expr.args[0]):
            inner = f"\\operatorname{{tr}}\\left({inner}\\right)"
        return inner if exp is None else f"\\left({inner}\\right)^{{{exp}}}"

    def _print_ScalarDerivative(self, expr: Any) -> str:
        variable = self._print(expr.variable)
        return f"\\frac{{d}}{{d{variable}}}\\left[{self._print(expr.function)}\\right]"

    def _print_LimitSuperior(self, expr: Any) -> str:
        return f"\\limsup_{{{self._print(expr.index)}\\to\\infty}} {self._print(expr.term)}"

    def _print_Identity(self, _expr: sp.Identity) -> str:
        return "I"

    def _print_MatMul(self, expr: sp.MatMul) -> str:
        sign, factors = signed(expr)
        level = precedence_traditional(expr)
        return sign + r"\,".join(self.parenthesize(factor, level, False) for factor in factors)

    def _print_MatAdd(self, expr: sp.MatAdd) -> str:
        return joined(self._print(term) for term in in_order(expr))

    def _print_OneMatrix(self, _expr: sp.OneMatrix) -> str:
        return "1"

    def _print_MatPow(self, expr: sp.MatPow) -> str:
        base = self.parenthesize(expr.base, PRECEDENCE["Pow"])
        return f"{base}^{{{self._print(expr.exp)}}}"

    def _print_Mul(self, expr: sp.Mul) -> str:
        groups = scaled_products(expr)
        if groups is None:
            if has_sign_or_denominator(expr):
                return str(super()._print_Mul(expr))
            factors = sorted(expr.args, key=factor_order)
            return r"\,".join(self.parenthesize(factor, PRECEDENCE["Mul"]) for factor in factors)
        parts = []
        for bases, exponent in groups:
            inner = r"\,".join(
                self.parenthesize(base, PRECEDENCE["Mul"])
                for base in sorted(bases, key=factor_order)
            )
            if exponent == 1:
                parts.append(inner)
            elif len(bases) == 1:
                parts.append(self._print(sp.Pow(bases[0], exponent)))
            else:
                parts.append(f"\\left({inner}\\right)^{{{self._print(exponent)}}}")
        return r"\,".join(parts)


_LATEX_COMMANDS = {
    "arctan": r"\arctan",
    "elu": r"\operatorname{ELU}",
    "gelu": r"\operatorname{GELU}",
    "hard_tanh": r"\operatorname{hardtanh}",
    "leaky_relu": r"\operatorname{LeakyReLU}",
    "logistic": r"\sigma",
    "phi": r"\varphi",
    "relu": r"\operatorname{ReLU}",
    "silu": r"\operatorname{SiLU}",
    "tanh": r"\tanh",
}
