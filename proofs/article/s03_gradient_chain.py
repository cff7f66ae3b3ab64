"""Lines 49–105: deriving the gradient chain."""

from fractions import Fraction

from gradproof import exactly
from gradproof.audit import Kind, Reading, Section, Statement, by, compares, decides, refutes
from gradproof.gradients.rational_cycle import RationalCycle
from gradproof.spectral.exact import exact_product

# J_1 = W with W² = 0, so J_2 J_1 = 0, but J_1 J_2 isn't.
ORDERED = RationalCycle.of("1 1; -1 -1", "0 0; 0 1/2")
NILPOTENT = RationalCycle.of("0 2; 0 0", "0 0")
# Slopes 1 − 1/k² for k = 2, 3, …: each below 1, and their product stays above 1/2.
STEPS = 60
EVER_SMALLER = RationalCycle.of("1", "; ".join(f"1/{k}" for k in range(2, STEPS + 2)))


def reversed_product_differs():
    first, second = ORDERED.jacobians()
    vanishes = ORDERED.product() == ((0, 0), (0, 0))
    other = exact_product([first, second]) != ((0, 0), (0, 0))
    return exactly(vanishes and other, about="J_2 J_1 = 0 ≠ J_1 J_2")


def norms_below_one_do_not_suffice():
    ((product,),) = EVER_SMALLER.product()
    each = all(0 < s < 1 for (s,) in EVER_SMALLER.slopes)
    exact = product == Fraction(STEPS + 2, 2 * (STEPS + 1))
    return exactly(each and exact, about="every slope is below 1, and ∏ (1 − 1/k²) > 1/2")


def norm_above_one_may_vanish():
    (J,) = NILPOTENT.jacobians()
    vanishes = exact_product([J, J]) == ((0, 0), (0, 0))
    return exactly(J == ((0, 2), (0, 0)) and vanishes, about="‖J_k‖ = 2 and J_2 J_1 = 0")


def total_derivative_counts_twice():
    # h_2 = w² h_0: ∂h_2/∂w = 2 w h_0, but ∂h_2/∂h_1 · dh_1/dw + dh_2/dw = 3 w h_0.
    w, h0 = Fraction(1, 2), Fraction(1)
    right, wrong = 2 * w * h0, w * h0 + 2 * w * h0
    return exactly(right != wrong, about=f"{right} ≠ {wrong} for h_2 = w² h_0, w = 1/2, h_0 = 1")


def start_at_rest_is_not_moved():
    # z_1 = W h_0 + U x_1 + b doesn't contain W where h_0 = 0.
    at_rest = [sum(Fraction(w) * 0 for w in row) for row in ([5, 7], [-3, 2])]
    return exactly(at_rest == [0, 0], about="W h_0 = 0 for every W where h_0 = 0")


def sensitive_loss_gets_through():
    return exactly(Fraction(10**6) * Fraction(1, 1000) == 1000, about="10⁶ · 10⁻³ = 10³")


def eigenvalues_zero_expand():
    image = exact_product([NILPOTENT.recurrent_weight, ((0, 0), (1, 0))])
    return exactly(image == ((2, 0), (0, 0)), about="both eigenvalues are 0, and W e_2 = 2 e_1")


NEWEST_LEFT = "with the newest factor on the left"

SECTION = Section(
    "Deriving the gradient chain",
    (49, 105),
    (
        Statement(
            "weight-change-moves-first-state",
            (53, 53),
            "A small change to W_hh affects h_1, which affects h_2, which affects h_3, and so on.",
            Kind.FORMULA,
            refutes(
                "A change of W moves h_1, whatever h_0 is",
                "where h_0 = 0, h_1 = tanh(U x_1 + b) doesn't contain W",
                {"h_0": "0"},
                start_at_rest_is_not_moved,
            ),
            missing=Reading(
                "If h_0 isn't 0: h_1 moves by D_1 V h_0 where W moves by V.",
                by("immediate_differential"),
            ),
            because="h_1 moves by D_1 V h_0; the article's own networks start at h_0 = 0 "
            "(lines 224 and 378)",
        ),
        Statement(
            "contributions-add-up",
            (53, 53),
            "The total effect on the loss accumulates contributions from all these pathways.",
            Kind.FORMULA,
            by("total_differential"),
        ),
        Statement(
            "weight-gradient-sum",
            (57, 57),
            "∂L/∂W_hh = Σ_{t=1}^{T} ∂L/∂h_T ∂h_T/∂h_t ∂h_t/∂W_hh",
            Kind.FORMULA,
            refutes(
                "The sum is right with ∂h_t/∂W the derivative of h_t, as ∂L/∂W is that of L",
                "h_2 = w² h_0: the derivative is 2 w h_0, the sum gives 3 w h_0",
                {"φ": "the identity", "w": "1/2", "h_0": "1"},
                total_derivative_counts_twice,
            ),
            missing=Reading(
                "If ∂h_t/∂W is the immediate derivative, h_{t−1} held fixed (line 65 says "
                "“directly”): ∂L/∂W = Σ D_t δ_t h_{t−1}ᵀ with δ_t = (∂h_T/∂h_t)ᵀ ∇L.",
                by("recurrent_weight_gradient"),
            ),
            because="with the total derivative of h_t, which the same symbol means on the left, "
            "early steps count several times; the immediate one is meant",
        ),
        Statement(
            "sum-over-all-steps",
            (62, 62),
            "summation over all timesteps, because W_hh influences every hidden state",
            Kind.FORMULA,
            by("recurrent_weight_gradient"),
            because="the sum runs over all steps; the term of t = 1 is 0 where h_0 = 0",
        ),
        Statement(
            "direct-dependence",
            (65, 65),
            "how the hidden state at time t depends directly on the weights",
            Kind.DEFINITION,
            by("immediate_differential"),
            because="“directly” is the point: h_{t−1} is held fixed",
        ),
        Statement(
            "sensitivity-of-final-state",
            (67, 67),
            "This measures how sensitive the final hidden state is to changes in an earlier "
            "hidden state.",
            Kind.DEFINITION,
            by("jacobian_product"),
            because="to first order; derived as a product over the steps between",
        ),
        Statement(
            "small-term-blocks-sensitivity",
            (67, 67),
            "even if the loss is very sensitive to h_T, that sensitivity won't propagate back",
            Kind.IMPOSSIBILITY,
            refutes(
                "Where ∂h_T/∂h_t is small, ∂L/∂h_t is small however sensitive L is to h_T",
                "one unit: ∂L/∂h_T = 10⁶ and ∂h_T/∂h_t = 10⁻³ give ∂L/∂h_t = 10³",
                {"∂L/∂h_T": "10⁶", "∂h_T/∂h_t": "10⁻³"},
                sensitive_loss_gets_through,
            ),
            loosely=Reading(
                "the two factors multiply, so that a small one makes the product smaller",
                by("backward_recursion"),
            ),
            corrected=Reading(
                "‖∂L/∂h_t‖ ≤ ‖∂L/∂h_T‖ ‖∂h_T/∂h_t‖: a small factor can be made up for by a large "
                "one.",
                by("backward_recursion"),
            ),
            because="the factors multiply: a loss that is sensitive enough makes up for a small "
            "one",
        ),
        Statement(
            "chain-rule-product",
            (71, 71),
            "∂h_T/∂h_t = ∏_{k=t+1}^{T} ∂h_k/∂h_{k−1}",
            Kind.FORMULA,
            refutes(
                "The product may be taken in the order of the index, as ∏ is read",
                "J_1 J_2 ≠ 0, but ∂h_2/∂h_0 = J_2 J_1 = 0",
                ORDERED.values(),
                reversed_product_differs,
                also=lambda: ORDERED.measured(2),
                about="the network, differentiated by central differences",
            ),
            missing=Reading(
                f"If the product is taken {NEWEST_LEFT}: ∂h_T/∂h_t = J_T ⋯ J_{{t+1}}.",
                by("jacobian_product"),
            ),
            because="matrices don't commute: the newest factor has to stand on the left",
        ),
        Statement(
            "number-of-factors",
            (75, 75),
            "a product of T − t terms, one for each timestep between t and T",
            Kind.FORMULA,
            by("jacobian_product"),
        ),
        Statement(
            "jacobian-describes-step",
            (76, 76),
            "the Jacobian matrix describing how hidden state k depends on hidden state k − 1",
            Kind.DEFINITION,
            by("state_jacobian"),
        ),
        Statement(
            "multiply-all-between",
            (78, 78),
            "To go from timestep t to timestep T, we multiply together T − t matrices.",
            Kind.FORMULA,
            by("jacobian_product"),
        ),
        Statement(
            "norms-below-one-decay",
            (78, 78),
            "If each matrix shrinks vectors (has norm less than 1), the product shrinks "
            "exponentially.",
            Kind.INEQUALITY,
            refutes(
                "If ‖J_k‖ < 1 for every k, the product shrinks exponentially",
                "slopes 1 − 1/k² for k = 2, 3, … are below 1, and their product stays above 1/2",
                {"w": "1", "h_k": "1/(k + 1)", "x_k": "artanh(h_k) − h_{k−1}"},
                norms_below_one_do_not_suffice,
                also=lambda: EVER_SMALLER.measured(),
                about="the network of one unit, differentiated by central differences",
            ),
            missing=Reading(
                "If one number r < 1 bounds all the norms: the product is at most r^(T−t).",
                by("product_norm_upper"),
            ),
            because="the norms need a common bound below 1; factors 1 − 1/k² multiply to 1/2",
        ),
        Statement(
            "norms-above-one-explode",
            (78, 78),
            "If each matrix expands vectors (has norm greater than 1), the product explodes "
            "exponentially.",
            Kind.INEQUALITY,
            refutes(
                "If ‖J_k‖ > 1 for every k, the product explodes",
                "W = [0 2; 0 0] at rest: ‖J_k‖ = 2, and J_2 J_1 = 0",
                NILPOTENT.values(),
                norm_above_one_may_vanish,
                also=lambda: NILPOTENT.measured(2),
                about="the network, differentiated by central differences",
            ),
            corrected=Reading(
                "If the smallest singular value of every factor is at least r > 1, the product is "
                "at least r^(T−t).",
                by("product_norm_lower"),
            ),
            because="a norm above 1 means that one vector is enlarged, not every: [0 2; 0 0]² = 0",
        ),
        Statement(
            "state-jacobian-formula",
            (82, 82),
            "∂h_k/∂h_{k−1} = diag(tanh′(z_k)) · W_hh",
            Kind.FORMULA,
            by("state_jacobian"),
        ),
        Statement(
            "preactivation-definition",
            (86, 86),
            "z_k = W_hh h_{k−1} + W_xh x_k + b_h: the pre-activation (input to tanh) at timestep k",
            Kind.DEFINITION,
            by("state_jacobian"),
        ),
        Statement(
            "diagonal-of-slopes",
            (87, 87),
            "a d × d diagonal matrix where entry (i, i) equals tanh′(z_k^(i))",
            Kind.DEFINITION,
            by("state_jacobian"),
        ),
        Statement(
            "tanh-derivative-formula",
            (88, 88),
            "tanh′(z) = 1 − tanh²(z): the derivative of the tanh function",
            Kind.FORMULA,
            by("tanh_derivative"),
        ),
        Statement(
            "tanh-derivative-between",
            (88, 88),
            "which is always between 0 and 1",
            Kind.INEQUALITY,
            by("tanh_derivative_range"),
            because="0 < tanh′(z) ≤ 1; 1 is attained at z = 0, 0 never",
        ),
        Statement(
            "tanh-derivative-at-most-one",
            (93, 93),
            "tanh′(z) ≤ 1 everywhere",
            Kind.INEQUALITY,
            by("tanh_derivative_range"),
        ),
        Statement(
            "diagonal-only-shrinks",
            (93, 93),
            "this matrix can only shrink gradients, never amplify them",
            Kind.INEQUALITY,
            by("tanh_slope_bound"),
            because="‖diag(tanh′(z)) v‖ ≤ ‖v‖ for one factor; between two factors W it can enlarge "
            "the product (see line 125)",
        ),
        Statement(
            "eigenvalues-control-expansion",
            (95, 95),
            "Its eigenvalues control whether the overall transformation shrinks or expands "
            "vectors.",
            Kind.INEQUALITY,
            refutes(
                "Eigenvalues below 1 mean that no vector is enlarged",
                "W = [0 2; 0 0] has the eigenvalue 0 only, and doubles e_2",
                {"W": "[[0, 2], [0, 0]]"},
                eigenvalues_zero_expand,
            ),
            corrected=Reading(
                "Singular values do: σ_min(W)‖v‖ ≤ ‖W v‖ ≤ ‖W‖‖v‖.",
                by("product_norm_lower"),
            ),
            because="singular values do: [0 2; 0 0] has the eigenvalue 0 only, and doubles a "
            "vector",
        ),
        Statement(
            "jacobian-entries",
            (99, 99),
            "a d × d matrix where entry (i, j) tells us how much h_k^(i) changes when we perturb "
            "h_{k−1}^(j)",
            Kind.DEFINITION,
            by("state_jacobian"),
        ),
        Statement(
            "jacobian-factors",
            (99, 99),
            "For RNNs, this Jacobian factors into the elementwise activation derivative times "
            "the weight matrix.",
            Kind.FORMULA,
            by("state_jacobian"),
            because="for the recurrence of line 35; leaky and gated cells have further terms",
        ),
        Statement(
            "full-product",
            (103, 103),
            "∂h_T/∂h_t = ∏_{k=t+1}^{T} diag(tanh′(z_k)) · W_hh",
            Kind.FORMULA,
            refutes(
                "The product may be taken in the order of the index, as ∏ is read",
                "J_1 J_2 ≠ 0, but ∂h_2/∂h_0 = J_2 J_1 = 0",
                ORDERED.values(),
                reversed_product_differs,
                also=lambda: ORDERED.measured(2),
                about="the network, differentiated by central differences",
            ),
            missing=Reading(f"If it is taken {NEWEST_LEFT}.", by("jacobian_product")),
            because="the newest factor has to stand on the left",
        ),
        Statement(
            "approximately-square",
            (105, 105),
            "each matrix is approximately d × d (the hidden state dimension)",
            Kind.FORMULA,
            decides(
                "The size of J_k differs from d × d for some d ≤ 5",
                lambda: exactly(
                    any(
                        len(RationalCycle.of(rows, states).jacobians()[0]) != d
                        for d in range(1, 6)
                        for rows, states in [("; ".join(["0 " * d] * d), "0 " * d)]
                    ),
                    about="J_k is d × d for d = 1, …, 5",
                ),
            ),
            loosely=Reading("it is d × d", by("state_jacobian")),
            corrected=Reading("Each matrix is exactly d × d.", by("state_jacobian")),
            because="it is exactly d × d",
        ),
        Statement(
            "product-determines-behaviour",
            (105, 105),
            "The behavior of this product determines whether gradients vanish, explode, or remain "
            "stable.",
            Kind.FORMULA,
            by("backward_recursion"),
            because="∂L/∂h_t is the product, transposed, times ∂L/∂h_T: the direction of ∂L/∂h_T "
            "counts too",
        ),
        Statement(
            "fifty-matrices",
            (105, 105),
            "If we're computing the gradient for a timestep 50 steps back, we multiply 50 matrices "
            "together.",
            Kind.FORMULA,
            by("jacobian_product"),
        ),
        Statement(
            "small-changes-compound",
            (105, 105),
            "Small changes in the magnitude of each factor compound exponentially across these "
            "multiplications.",
            Kind.INEQUALITY,
            compares("1.1^50", lambda: Fraction(11, 10) ** 50, ">", 100, also=lambda: 1.1**50),
            because="a factor of 1.1 at each of 50 steps is a factor of 117",
        ),
    ),
)
