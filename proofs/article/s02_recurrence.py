"""Lines 23–47: the product chain, and the recurrence."""

from gradproof import exactly
from gradproof.audit import Kind, Reading, Section, Statement, by, refutes
from gradproof.spectral.exact import exact_product

SECTION = Section(
    "The recurrence equation",
    (23, 47),
    (
        Statement(
            "chain-causes-vanishing",
            (27, 27),
            "this chain structure is precisely what causes the vanishing gradient problem",
            Kind.CAUSE,
            refutes(
                "A chain of multiplications makes the gradient vanish",
                "for an orthogonal W and the identity as φ the chain keeps every length, for any "
                "number of steps",
                {"W": "[[0, 1], [1, 0]]", "φ": "the identity"},
                lambda: exactly(
                    exact_product([[[0, 1], [1, 0]]] * 2) == ((1, 0), (0, 1)), about="W² = I"
                ),
            ),
            loosely=Reading("the chain is a product, which can vanish", by("product_norm_upper")),
            corrected=Reading(
                "A product can vanish, stay or grow; it vanishes at least geometrically where "
                "γ‖W‖ < 1, and keeps lengths where W is orthogonal and φ the identity.",
                by("orthogonal_linear_recurrence"),
            ),
            because="the same chain keeps every length where W is orthogonal and φ the identity",
        ),
        Statement(
            "recurrence-shapes",
            (33, 43),
            "W_hh ∈ R^{d×d}, W_xh ∈ R^{d×n}, x_t ∈ R^n, b_h ∈ R^d",
            Kind.DEFINITION,
            by("state_jacobian", "the shapes of W h_{k−1} + U x_k + b fit for every d and m"),
            because="the shapes fit for every d and m (the article's n, which is the number of "
            "steps from line 117 on)",
        ),
        Statement(
            "tanh-range",
            (45, 45),
            "The tanh activation squashes the output to the range (−1, 1)",
            Kind.INEQUALITY,
            by("tanh_bounds"),
        ),
        Statement(
            "tanh-keeps-states-bounded",
            (45, 45),
            "preventing hidden states from growing unboundedly",
            Kind.INEQUALITY,
            by("tanh_bounds"),
            because="|h_t| < 1 in every entry, whatever the weights",
        ),
        Statement(
            "state-depends-on-all-inputs",
            (47, 47),
            "the hidden state at any timestep implicitly depends on all previous inputs",
            Kind.HEURISTIC,
            by("jacobian_product", "the derivative is a product over all steps between"),
            because="as a function of them; how much, the Jacobians say: their product may be 0",
        ),
        Statement(
            "state-depends-back-to-start",
            (47, 47),
            "h_t depends on h_{t−1}, which depends on h_{t−2}, and so on, all the way back to h_0",
            Kind.FORMULA,
            by("jacobian_product"),
        ),
    ),
)
