"""Words with formulas as LaTeX: plain ASCII whatever comes in, formulas kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradproof.latex_text import as_latex


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Wⁿ⁺¹", "W$^{n+1}$"),
        ("h_{t+1} and z_k", "$h_{t+1}$ and $z_k$"),
        ("power_norm_upper", r"power\_norm\_upper"),
        ("α ≤ 50%", r"$\alpha $ $\le $ 50\%"),
        ("σ_min(A)", r"$\sigma_{\min}$(A)"),
        ("“a” & {b}", r"``a'' \& \{b\}"),
        ("∇ℓ_k", r"$\nabla $$\ell _k$"),
        ("∑_{k=1}^{n} δ_k", r"$\sum _{k=1}^{n}$ $\delta _k$"),
        ("‖A‖_∞", r"$\Vert $A$\Vert_{\infty}$"),
        ("☃", "[snowman]"),
    ],
)
def test_examples(words, expected):
    assert as_latex(words) == expected


@given(st.text())
def test_anything_becomes_ascii_with_balanced_dollars_and_braces(words):
    found = as_latex(words)
    assert found.isascii()
    bare = found.replace(r"\$", "").replace(r"\{", "").replace(r"\}", "")
    assert bare.count("$") % 2 == 0
    assert bare.count("{") == bare.count("}")
