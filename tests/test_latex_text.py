"""Words with formulas as LaTeX: plain ASCII whatever comes in, formulas kept whole."""

import re
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradproof.latex_text import Formula, as_latex, formulas_and_words


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Wⁿ⁺¹", "$W^{n+1}$"),
        ("h_{t+1} and z_k", "$h_{t+1}$ and $z_k$"),
        ("power_norm_upper", r"power\_norm\_upper"),
        ("α ≤ 50%", r"$\alpha \le 50$\%"),
        ("σ_min(A)", r"$\sigma_{\min}(A)$"),
        ("“a” & {word}", r"``a'' \& \{word\}"),
        ("∇ℓ_k", r"$\nabla \ell _k$"),
        ("∑_{k=1}^{n} δ_k", r"$\sum _{k=1}^{n}\,\delta _k$"),
        ("‖A‖_∞ in the ∞-norm", r"$\lVert A\rVert _\infty $ in the $\infty $-norm"),
        ("☃", "[snowman]"),
        ("van Merriënboer", r"van Merri\"{e}nboer"),
        ("⅔ W h_k", r"$\tfrac{2}{3}\,W\,h_k$"),
        ("z^f_k²", "$z^f_k{}^{2}$"),
        ("√(M/μ) rⁿ, √2", r"$\sqrt{M/\mu }\,r^{n}$, $\sqrt{2}$"),
        ("10^(−7) and 2^n", "$10^{-7}$ and $2^{n}$"),
        ("a network, and |a| ≤ 1", r"a network, and $\lvert a\rvert \le 1$"),
        ("it isn't x's, nor A. Author’s", "it isn't $x$'s, nor A. Author's"),
        ("uᵀXu and (zI − W)⁻¹", "$u^{T}X u$ and $(z I-W)^{-1}$"),
        ("leaky_relu_a′(z), logistic", r"$\operatorname{LeakyReLU}_{a}'(z)$, logistic"),
        ("a kink of relu, relu_derivative", r"a kink of $\operatorname{ReLU}$, relu\_derivative"),
        ("(9/25)^10 < h_20", "$(9/25)^{10}<h_{20}$"),
        ("entries |a_ij|", r"entries $\lvert a_{ij}\rvert $"),
        ("in (0, 1/√π] (say)", r"in $(0,\,1/\sqrt{\pi }]$ (say)"),
        (
            "W = [[0, −2], [x, 1]]",
            r"$W=\left(\begin{smallmatrix}0 & -2\\ x & 1\end{smallmatrix}\right)$",
        ),
        (
            "[𝒜_k, 0; 0, I]",
            r"$\left(\begin{smallmatrix}\mathcal{A}_k & 0\\ 0 & I\end{smallmatrix}\right)$",
        ),
        ("Section 2.1, 3 − 1", "Section 2.1, 3 $-$ 1"),
    ],
)  # fmt: skip
def test_examples(words, expected):
    assert as_latex(words) == expected


@given(st.text())
def test_anything_becomes_ascii_with_balanced_dollars_and_braces(words):
    found = as_latex(words)
    assert found.isascii()
    bare = found.replace(r"\$", "").replace(r"\{", "").replace(r"\}", "")
    assert bare.count("$") % 2 == 0
    assert bare.count("{") == bare.count("}")


SYMBOLS = "Wxaφσ∂‖|√^_′″²ⁿᵀᵢ≤=+−/·()[], 12⅔{}∑∏*"


@given(st.text(alphabet=SYMBOLS, max_size=30))
def test_words_are_words_and_formulas_begin_and_end_in_themselves(words):
    for part in formulas_and_words(words):
        if isinstance(part, Formula):
            assert part.latex.strip()
            assert part.latex.count("{") - part.latex.count("\\{") == part.latex.count("}")
            assert not re.search(r"(?<!\\)[$%&#]", re.sub(r"\\begin.*?\\end", "", part.latex))


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
def test_no_run_of_symbols_stops_latex(tmp_path):
    texts = []
    # Many at once: starting LaTeX takes longer than reading a thousand lines.
    settings(max_examples=1000)(
        given(st.text(alphabet=SYMBOLS, max_size=12))(lambda words: texts.append(as_latex(words)))
    )()
    inner = "\n\n".join(texts)
    (tmp_path / "x.tex").write_text(
        "\\documentclass{article}\\usepackage{amsmath,amssymb}\\begin{document}\n"
        f"{inner}\n\\end{{document}}\n"
    )
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "x.tex"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-1500:]
