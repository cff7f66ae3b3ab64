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
        "value, σ(z) the logistic function, ⊙ the entrywise product. A product sign with an "
        "arrow to the left puts later factors to the left."
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
    ("slope_lower", "", "inf φ′"),
    ("second_upper, third_upper", "L2, L3", "sup |φ″|, sup |φ‴|, over the points where they exist"),
    ("kink", "", "a point where φ isn't differentiable as often as asked"),
    (
        "slope at a kink",
        "φ′(z)",
        "an element of Clarke's subdifferential, by PyTorch's convention",
    ),
    ("state_jacobian", "J_k", "∂h_k/∂h_{k−1} = D_k W"),
    ("jacobian_product", "Φ(T, t)", "∂h_T/∂h_t = J_T ⋯ J_{t+1}, the newest factor on the left"),
    ("gate", "f_k, i_k, o_k", "value within step k of a gated cell; z^f_k is its pre-activation"),
    ("cell state", "c_k", "the second state of an LSTM; its whole state is (h_k, c_k)"),
    ("logistic", "σ(z)", "e^z/(1 + e^z)"),
    ("hadamard", "u ⊙ v", "entrywise product"),
    ("direct path", "diag(f_k)", "∂c_k/∂c_{k−1} with h_{k−1} held fixed"),
    ("vector_jacobian_product", "vᵀΦ", "how a gradient travels back"),
    ("Loss", "ℓ_k(h_k)", "real number, a differentiable function of a state"),
    ("LossGradient", "∇ℓ_k(h_k)", "column of its partial derivatives"),
    ("δ_k", "(∂h_T/∂h_k)ᵀ∇ℓ(h_T)", "the gradient of the loss by h_k, as a column"),
    ("Gradient", "∂ℓ/∂W", "matrix of the shape of W, entries ∂ℓ/∂W_ij; h_0 held fixed"),
    ("total differential", "∂h_T/∂W[V]", "derivative in the direction V, h_0 held fixed"),
    ("immediate differential", "∂⁺h_k/∂W[V]", "the same with h_{k−1} held fixed"),
    ("spectral_norm", "‖A‖", "greatest singular value"),
    ("InfinityNorm", "‖A‖_∞", "greatest row sum max_i Σ_j |a_ij|"),
    ("EntrywiseModulus", "|A|", "matrix with the entries |a_ij|"),
    ("smallest_singular_value", "σ_min(A)", "min ‖Ax‖ over ‖x‖ = 1"),
    ("determinant", "det(A)", "product of the eigenvalues"),
    ("spectral_radius", "ρ(A)", "greatest modulus of an eigenvalue"),
    ("growth rate", "", "joint spectral radius of all diag(e) W, every e_i a slope of φ"),
    ("departure_from_normality", "dep(A)", "√(‖A‖_F² − Σ|λ|²), Henrici"),
    ("sector", "[α, β]", "interval that contains every slope φ′(z)"),
    (
        "certificate",
        "X, T, r",
        "a quadratic norm vᵀXv, a diagonal T and a rate r that meet a matrix inequality",
    ),
    (
        "word of slopes",
        "",
        "slopes that inputs make a network have, in this order, again and again",
    ),
    (
        "transition_matrix",
        "Φ(t+n, t+k)",
        "in Coq, the Jacobian product from step t + k on, along the states from h_t",
    ),
    ("slope_matrix", "D_{t+k+1}", "in Coq, the diagonal matrix of the slopes of step t + k + 1"),
    ("backpropagated_error", "ζ_k", "in Coq, D_{t+k+1} δ_{t+k+1}, the gradient in z_{t+k+1}"),
    (
        "slope_product",
        "∏ diag(e_k) W",
        "in Coq, the product along any slopes, the newest factor on the left",
    ),
    ("largest_norm", "M_n", "in Coq, sup ‖∏ diag(e_k) W‖ over n columns e_k with entries in a set"),
    ("decision", "", "decay, explosion possible, undecided"),
    ("verdict", "", "holds, fails, undecided"),
    ("grade", "", "sampled < float < enclosed < exact < formal"),
    ("scope", "", "universal, existential, instance"),
    ("witness", "", "values that refute, or that show existence"),
    ("condition", "", "hypothesis of a theorem that isn't a definition"),
    ("law", "", "what a step of a derivation appeals to"),
    ("attack", "", "evaluation of a step at random instances"),
    ("enclosure", "[lower, upper]", "two float64 numbers with the exact value between them"),
)
