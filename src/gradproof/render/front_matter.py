"""What the book opens and closes with: the setting, and the glossary of docs/glossary.md."""

from __future__ import annotations

__all__ = ["GLOSSARY", "INTRODUCTION"]

INTRODUCTION = (
    (
        "A recurrent network computes states h_k = φ(z_k) from pre-activations z_k = W "
        "h_{k−1} + U x_k + b, where the activation φ acts on each entry. How a later state "
        "depends on an earlier one is the product of the Jacobians of the steps between: with "
        "D_k = diag(φ′(z_k)) and J_k = D_k W = ∂h_k/∂h_{k−1}, the product is Φ(T, t) = "
        "∂h_T/∂h_t = J_T ⋯ J_{t+1}, the newest factor on the left. Gradients vanish where "
        "such products shrink, and explode where they grow."
    ),
    (
        "Vectors are columns, and (∂f/∂x)_{ij} is the derivative of f_i by x_j (numerator "
        "layout). ‖·‖ is the operator 2-norm, ρ the spectral radius, σ_min the least singular "
        "value. A product sign with an arrow to the left puts later factors to the left."
    ),
    (
        "Every claim carries its verdict and the grade of the evidence for it. Sampled: a "
        "property held in random cases. Float: computed in floating point, without an error "
        "bound. Enclosed: ball or interval arithmetic. Exact: symbolic derivation, or "
        "rational arithmetic. Formal: checked by a proof assistant. Beside each line of a "
        "derivation stands the law that justifies it."
    ),
)

#: In code, symbol, meaning; the table of docs/glossary.md.
GLOSSARY: tuple[tuple[str, str, str], ...] = (
    ("recurrent_weight", "W", "d × d matrix applied to the previous state"),
    ("input_weight", "U", "d × m matrix applied to the input"),
    ("bias", "b", "vector of size d"),
    ("activation", "φ", "function applied to each entry"),
    ("state", "h_k", "vector of size d; h_0 is given"),
    ("preactivation", "z_k", "W h_{k−1} + U x_k + b"),
    ("slopes", "D_k", "diag(φ′(z_k))"),
    ("slope_upper", "γ", "sup |φ′|"),
    ("state_jacobian", "J_k", "∂h_k/∂h_{k−1} = D_k W"),
    ("jacobian_product", "Φ(T, t)", "∂h_T/∂h_t = J_T ⋯ J_{t+1}, the newest factor on the left"),
    ("vector_jacobian_product", "vᵀΦ", "how a gradient travels back"),
    ("spectral_norm", "‖A‖", "greatest singular value"),
    ("smallest_singular_value", "σ_min(A)", "min ‖Ax‖ over ‖x‖ = 1"),
    ("determinant", "det(A)", "product of the eigenvalues"),
    ("spectral_radius", "ρ(A)", "greatest modulus of an eigenvalue"),
    ("departure_from_normality", "dep(A)", "√(‖A‖_F² − Σ|λ|²), Henrici"),
    ("verdict", "", "holds, fails, undecided"),
    ("grade", "", "sampled < float < enclosed < exact < formal"),
    ("scope", "", "universal, existential, instance"),
    ("witness", "", "values that refute, or that show existence"),
    ("law", "", "what a step of a derivation appeals to"),
    ("attack", "", "evaluation of a step at random instances"),
    ("enclosure", "[lower, upper]", "two float64 numbers with the exact value between them"),
)
