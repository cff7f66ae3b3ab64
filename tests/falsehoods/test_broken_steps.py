"""False statements and broken steps: each refused, for its reason, and with numbers where false."""

from __future__ import annotations

import pytest
import sympy as sp

from gradproof.errors import InputError, StepRefusedError
from gradproof.symbolic.kernel.assumptions import assume
from gradproof.symbolic.kernel.conditional import diagonal_norm_by, range_of, range_of_exponential
from gradproof.symbolic.kernel.derivation import by_induction, start
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    CATALOGUE,
    DEFINITION_OF_DERIVATIVE,
    DEFINITION_OF_TANH,
    DERIVATIVE_OF_EXPONENTIALS,
    EMPTY_PRODUCT,
    HOMOGENEOUS,
    JACOBIAN_OF_CONSTANT,
    JACOBIAN_OF_ELEMENTWISE,
    JACOBIAN_OF_IDENTITY,
    JACOBIAN_OF_LINEAR_MAP,
    JACOBIAN_OF_SUM,
    NEWEST_FACTOR_LEFT,
    NORM_DOMINATES_RADIUS,
    NORM_OF_IDENTITY,
    POLYNOMIAL_CHAIN_RULE,
    QUOTIENT_RULE,
    REVERSE_TRIANGLE,
    SPECTRAL_MAPPING,
    SUBMULTIPLICATIVE,
    TRIANGLE,
    chain_rule_through,
    geometric_limit,
)
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import (
    BOUND_INDEX,
    ActivationValue,
    Diagonal,
    Elementwise,
    Jacobian,
    LimitSuperior,
    OrderedProduct,
    ScalarDerivative,
    SpectralNorm,
    SpectralRadius,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.theorems.activations.tanh import (
    tanh_bounds,
    tanh_derivative,
    tanh_derivative_range,
    tanh_higher_derivatives,
    tanh_slope_bound,
)
from gradproof.symbolic.theorems.bounds import product_norm_upper, slope_hypothesis
from gradproof.symbolic.theorems.powers import power_norm_lower
from gradproof.symbolic.theorems.recurrence import (
    STEPS,
    T_START,
    ElmanRecurrence,
    K,
    jacobian_product,
    state_jacobian,
)

CELL = ElmanRecurrence("tanh")
D, W, SLOPES, BEFORE = CELL.d, CELL.W, CELL.slopes(K), CELL.h(K - 1)
Z_K = CELL.z(K)
Z = sp.Symbol("z", real=True)
T, SLOPE, SECOND = (ActivationValue("tanh", order, Z) for order in range(3))
PLUS, MINUS = sp.exp(Z), sp.exp(-Z)
A, B = sp.MatrixSymbol("A", D, D), sp.MatrixSymbol("B", D, D)
N, START = STEPS, T_START
C = sp.Symbol("c", real=True)
ONE = sp.Integer(1)
EQ, LE, LT, GE, GT = Relation.EQ, Relation.LE, Relation.LT, Relation.GE, Relation.GT
norm, rho = SpectralNorm, SpectralRadius
PRODUCT = CELL.factors(START, N)
LONGER = CELL.factors(START, N + 1)
NEWEST = CELL.slopes(START + N + 1) * W


def derivative(function):
    return ScalarDerivative(function, Z)


def in_range():
    above, below = tanh_bounds()
    return range_of(T, above=above, below=below)


# (left, relation, right, law, part of the reason)
FALSE_STEPS = {
    "tanh derivative with the wrong sign": (
        SLOPE, EQ, 1 + T**2, tanh_derivative().law(), "from the left side it gives 1 − tanh",
    ),
    "tanh derivative without the square": (
        SLOPE, EQ, 1 - T, tanh_derivative().law(), "it gives 1 − tanh",
    ),
    "tanh turned upside down": (
        T, EQ, (PLUS + MINUS) / (PLUS + 2 * MINUS), DEFINITION_OF_TANH, "it gives",
    ),
    "derivative of e^-z with the wrong sign": (
        derivative(MINUS), EQ, MINUS, DERIVATIVE_OF_EXPONENTIALS, "it gives −e^(−z)",
    ),
    "quotient rule with a plus": (
        derivative(T / (1 + T**2)),
        EQ,
        (SLOPE * (1 + T**2) + T * derivative(1 + T**2)) / (1 + T**2) ** 2,
        QUOTIENT_RULE,
        "it gives",
    ),
    "the second derivative for the first": (
        SECOND, EQ, derivative(T), DEFINITION_OF_DERIVATIVE, "it gives d/dz [tanh′(z)]",
    ),
    "chain rule without the inner derivative": (
        derivative(T**2), EQ, 2 * T, POLYNOMIAL_CHAIN_RULE, "it gives 2 tanh",
    ),
    "product rule with one term": (
        derivative(Z * T), EQ, Z * SLOPE, POLYNOMIAL_CHAIN_RULE, "it applies nowhere",
    ),
    "slope bounded by 9/10": (
        SLOPE, LE, sp.Rational(9, 10), tanh_derivative_range()[1].law(), "it gives 1",
    ),
    "slope bounded by 9/10, by the range": (
        1 - T**2, LE, sp.Rational(9, 10), in_range(), "it is false for some tanh(z) in (−1, 1)",
    ),
    "slope strictly below 1 for all z": (
        1 - T**2, LT, ONE, in_range(), "it is false for some tanh(z)",
    ),
    "slope strictly below 1, by the theorem": (
        SLOPE, LT, ONE, tanh_derivative_range()[1].law(), "it gives “≤”, not “<”",
    ),
    "slope above 1": (1 - T**2, GE, ONE, in_range(), "it is false for some tanh(z)"),
    "16/27 replaced by 15/27": (
        (2 * T * (1 - T**2)) ** 2,
        LE,
        sp.Rational(15, 27),
        in_range(),
        "it is false for some tanh(z)",
    ),
    "tanh within (-1/2, 1/2)": (
        (PLUS - MINUS) / (PLUS + MINUS),
        LT,
        sp.Rational(1, 2),
        range_of_exponential(Z),
        "it is false for some e^z in (0, ∞)",
    ),
    "tanh positive for all z": (
        sp.Integer(0),
        LT,
        (PLUS - MINUS) / (PLUS + MINUS),
        range_of_exponential(Z),
        "it is false for some e^z in (0, ∞)",
    ),
    "transposed Jacobian: W diag for diag W": (
        Jacobian(CELL.h(K), BEFORE), EQ, W * SLOPES, state_jacobian().law(), "it gives diag",
    ),
    "transposed weight": (
        Jacobian(CELL.h(K), BEFORE), EQ, SLOPES * W.T, state_jacobian().law(), "it gives diag",
    ),
    "missing slope": (
        Jacobian(CELL.h(K), BEFORE), EQ, W, state_jacobian().law(), "it gives diag",
    ),
    "slope of the state before": (
        Jacobian(CELL.h(K), BEFORE),
        EQ,
        Diagonal(Elementwise("tanh", 1, BEFORE)) * W,
        state_jacobian().law(),
        "it gives diag",
    ),
    "slopes on the right": (
        Jacobian(Elementwise("tanh", 0, W * BEFORE), BEFORE),
        EQ,
        Jacobian(W * BEFORE, BEFORE) * Diagonal(Elementwise("tanh", 1, W * BEFORE)),
        JACOBIAN_OF_ELEMENTWISE,
        "it gives diag",
    ),
    "the value for the slope": (
        Jacobian(Elementwise("tanh", 0, W * BEFORE), BEFORE),
        EQ,
        Diagonal(Elementwise("tanh", 0, W * BEFORE)) * Jacobian(W * BEFORE, BEFORE),
        JACOBIAN_OF_ELEMENTWISE,
        "it gives diag(tanh′",
    ),
    "derivative of A v is not the transpose": (
        Jacobian(A * BEFORE, BEFORE),
        EQ,
        A.T * Jacobian(BEFORE, BEFORE),
        JACOBIAN_OF_LINEAR_MAP,
        "it gives A",
    ),
    "a matrix that depends on the state is no constant": (
        Jacobian(Diagonal(BEFORE) * BEFORE, BEFORE),
        EQ,
        Diagonal(BEFORE) * Jacobian(BEFORE, BEFORE),
        JACOBIAN_OF_LINEAR_MAP,
        "it applies nowhere",
    ),
    "the state is no constant": (
        Jacobian(W * BEFORE, BEFORE), EQ, sp.ZeroMatrix(D, D), JACOBIAN_OF_CONSTANT, "nowhere",
    ),
    "derivative of h_t by itself is not 2 I": (
        Jacobian(BEFORE, BEFORE), EQ, 2 * sp.Identity(D), JACOBIAN_OF_IDENTITY, "it gives I",
    ),
    "a difference differentiated as a sum": (
        Jacobian(A * BEFORE - B * BEFORE, BEFORE),
        EQ,
        Jacobian(A * BEFORE, BEFORE) + Jacobian(B * BEFORE, BEFORE),
        JACOBIAN_OF_SUM,
        "it gives",
    ),
    "reversed product: the newest factor on the right": (
        LONGER, EQ, PRODUCT * NEWEST, NEWEST_FACTOR_LEFT, "it gives (diag",
    ),
    "the newest factor of the wrong step": (
        LONGER, EQ, CELL.slopes(START + 1) * W * PRODUCT, NEWEST_FACTOR_LEFT, "it gives (diag",
    ),
    "a factor lost": (LONGER, EQ, PRODUCT, NEWEST_FACTOR_LEFT, "it gives (diag"),
    "a product of one factor is not empty": (
        CELL.factors(START, ONE), EQ, sp.Identity(D), EMPTY_PRODUCT, "it applies nowhere",
    ),
    "product theorem with one factor too few": (
        Jacobian(CELL.h(START + N + 1), CELL.h(START)),
        EQ,
        PRODUCT,
        jacobian_product().law({N: N + 1}),
        "it gives ∏",
    ),
    "a strict bound of the product, false for n = 0": (
        norm(Jacobian(CELL.h(START + N), CELL.h(START))),
        LT,
        norm(W) ** N,
        product_norm_upper("tanh").law(),
        "it gives “≤”, not “<”",
    ),
    "the bound of the product turned round": (
        norm(Jacobian(CELL.h(START + N), CELL.h(START))),
        GE,
        norm(W) ** N,
        product_norm_upper("tanh").law(),
        "it applies nowhere",
    ),
    "one power too many": (
        norm(Jacobian(CELL.h(START + N), CELL.h(START))),
        LE,
        norm(W) ** (N + 1),
        product_norm_upper("tanh").law(),
        "it gives ‖W‖ⁿ",
    ),
    "the slopes bounded by 1/2": (
        norm(SLOPES), LE, sp.Rational(1, 2), diagonal_norm_by(tanh_slope_bound()), "it gives 1",
    ),
    "the bound of slopes used for values of slopes' slopes": (
        norm(Diagonal(Elementwise("tanh", 0, 5 * Z_K))),
        LE,
        sp.Rational(1, 2),
        diagonal_norm_by(tanh_slope_bound()),
        "it applies nowhere",
    ),
    "norm of a product as an equation": (
        norm(A * B), EQ, norm(A) * norm(B), SUBMULTIPLICATIVE, "it gives “≤”, not “=”",
    ),
    "norm of a product turned round": (
        norm(A * B), GE, norm(A) * norm(B), SUBMULTIPLICATIVE, "it applies nowhere",
    ),
    "norm of a product, strictly": (
        norm(A * B), LT, norm(A) * norm(B), SUBMULTIPLICATIVE, "it gives “≤”, not “<”",
    ),
    "norm of a product by one factor": (
        norm(A * B), LE, norm(A), SUBMULTIPLICATIVE, "it gives ‖A‖ ‖B‖",
    ),
    "norm of a sum turned round": (
        norm(A + B), GE, norm(A) + norm(B), TRIANGLE, "it applies nowhere",
    ),
    "norm of a sum as a product": (
        norm(A + B), LE, norm(A) * norm(B), TRIANGLE, "it gives ‖A‖ + ‖B‖",
    ),
    "norm of a difference by the difference of norms": (
        norm(A - B), LE, norm(A) - norm(B), REVERSE_TRIANGLE, "it applies nowhere",
    ),
    "a negative factor without its modulus": (
        norm(-2 * A), EQ, -2 * norm(A), HOMOGENEOUS, "it gives 2 ‖A‖",
    ),
    "norm of 2 I": (norm(2 * sp.Identity(D)), EQ, ONE, NORM_OF_IDENTITY, "it applies nowhere"),
    "the radius of a power by one power more": (
        rho(A**N), EQ, rho(A) ** (N + 1), SPECTRAL_MAPPING, "it gives ρ(A)ⁿ",
    ),
    "the radius dominates the norm": (
        norm(A), LE, rho(A), NORM_DOMINATES_RADIUS, "it applies nowhere",
    ),
    "the radius strictly below the norm": (
        rho(A), LT, norm(A), NORM_DOMINATES_RADIUS, "it gives “≤”, not “<”",
    ),
    "powers of the norm below powers of the radius": (
        rho(A) ** N, GE, norm(A**N), power_norm_lower().law(), "it applies nowhere",
    ),
    "factors change places": (A * B, EQ, B * A, ALGEBRA, "different normal forms"),
    "the transpose keeps the order": ((A * B).T, EQ, A.T * B.T, ALGEBRA, "different normal"),
    "the first binomial formula for matrices": (
        (A + B) ** 2, EQ, A**2 + 2 * A * B + B**2, ALGEBRA, "different normal forms",
    ),
    "a power too few": (norm(A) ** N * norm(A), EQ, norm(A) ** N, ALGEBRA, "identically 0"),
    "a sign in a square": ((C - 1) ** 2, EQ, C**2 + 2 * C + 1, ALGEBRA, "identically 0"),
}  # fmt: skip


@pytest.mark.parametrize("broken", FALSE_STEPS)
def test_a_false_step_is_refused_for_its_reason_and_with_numbers(broken):
    left, relation, right, law, reason = FALSE_STEPS[broken]
    with pytest.raises(StepRefusedError) as refused:
        Step(left, relation, right, law)
    error = refused.value
    assert error.law == law.name
    assert reason in error.reason
    assert error.counterexample is not None
    assert any(character.isdigit() for character in error.counterexample)
    assert error.counterexample in str(error)


@pytest.mark.parametrize("law", CATALOGUE.values(), ids=lambda law: law.name)
@pytest.mark.parametrize(
    ("left", "right"),
    [
        (rho(A + B), rho(A) + rho(B)),
        (rho(A * B), rho(A) * rho(B)),
        (norm(A), rho(A)),
        (norm(A) * norm(B), norm(A * B)),
    ],
    ids=str,
)
def test_no_law_gives_what_holds_for_normal_matrices_only(left, right, law):
    with pytest.raises(StepRefusedError) as refused:
        Step(left, LE, right, law)
    assert refused.value.law == law.name
    assert refused.value.counterexample is not None


# --- Steps that no instance refutes, but that don't follow ----------------------------------------


def test_a_limit_that_is_too_small_is_refused():
    law = geometric_limit(Hypothesis.of(norm(A), LT, ONE))
    limit = LimitSuperior(norm(A) ** N + 1, N)
    with pytest.raises(StepRefusedError, match="applies nowhere") as refused:
        start(limit).eq(sp.Integer(0), by=law)
    assert refused.value.law == "limit of a geometric sequence"


def test_gamma_belongs_to_its_own_function():
    law = diagonal_norm_by(slope_hypothesis())
    with pytest.raises(StepRefusedError, match="applies nowhere") as refused:
        start(norm(SLOPES)).le(sp.Symbol("gamma", positive=True), by=law)
    assert refused.value.law == "the norm of a diagonal matrix"


@pytest.mark.parametrize(
    "middle", [CELL.h(START + N + 1), CELL.h(START + N + K)], ids=["after T", "far after T"]
)
def test_the_chain_rule_does_not_go_through_a_state_outside(middle):
    whole = CELL.jacobian(START + N, START)
    split = Jacobian(CELL.h(START + N), middle) * Jacobian(middle, CELL.h(START))
    with pytest.raises(StepRefusedError, match="applies nowhere") as refused:
        start(whole).eq(split, by=chain_rule_through(middle))
    assert refused.value.law == "chain rule"


def test_the_chain_rule_does_not_go_through_a_state_before_the_start():
    k = sp.Symbol("k", integer=True, positive=True)
    whole = CELL.jacobian(k + N, k)
    split = Jacobian(CELL.h(k + N), CELL.h(k - 1)) * Jacobian(CELL.h(k - 1), CELL.h(k))
    with pytest.raises(StepRefusedError, match="applies nowhere"):
        start(whole).eq(split, by=chain_rule_through(CELL.h(k - 1)))


def test_the_chain_rule_keeps_the_order_of_its_factors():
    middle = CELL.h(START + N)
    whole = CELL.jacobian(START + N + 1, START)
    turned = Jacobian(middle, CELL.h(START)) * Jacobian(CELL.h(START + N + 1), middle)
    with pytest.raises(StepRefusedError, match="from the left side it gives") as refused:
        start(whole).eq(turned, by=chain_rule_through(middle))
    assert refused.value.law == "chain rule"


# --- Inductions that prove nothing ----------------------------------------------------------------

POWER_BOUND = Proposition(norm(A**N), LE, norm(A) ** N)


def base_of_powers():
    return start(norm(sp.MatPow(A, 0))).eq(ONE, by=NORM_OF_IDENTITY)


def step_of_powers(hypothesis):
    return (
        start(norm(sp.MatMul(A, A**N)))
        .le(norm(A) * norm(A**N), by=SUBMULTIPLICATIVE)
        .le(norm(A) ** (N + 1), by=hypothesis)
    )


def test_the_honest_induction_passes():
    assert by_induction("powers", N, POWER_BOUND, base_of_powers(), step_of_powers).steps


def test_induction_without_a_base_case_is_refused():
    wrong_base = start(norm(A)).le(norm(A), by=assume(Hypothesis.of(norm(A), LE, norm(A))))
    with pytest.raises(InputError, match="establish") as refused:
        by_induction("powers", N, POWER_BOUND, wrong_base, step_of_powers)
    assert refused.value.argument == "chain"


def test_induction_whose_base_is_the_step_after_is_refused():
    base = start(norm(A)).eq(norm(A), by=ALGEBRA)
    with pytest.raises(InputError, match="establishes ‖A‖ = ‖A‖"):
        by_induction("powers", N, POWER_BOUND, base, step_of_powers)


def test_induction_that_does_not_use_its_step_is_refused():
    def idle(_hypothesis):
        return base_of_powers()

    with pytest.raises(InputError, match="establishes ‖A⁰‖ = 1"):
        by_induction("powers", N, POWER_BOUND, base_of_powers(), idle)


def test_induction_that_stays_at_n_is_refused():
    def same_n(hypothesis):
        return start(norm(A**N)).le(norm(A) ** N, by=hypothesis)

    with pytest.raises(InputError, match="establishes ‖Aⁿ‖ ≤ ‖A‖ⁿ"):
        by_induction("powers", N, POWER_BOUND, base_of_powers(), same_n)


def test_induction_that_proves_more_than_its_steps_is_refused():
    strict = Proposition(norm(A**N), LT, norm(A) ** N)
    # ‖A‖ may be 0: a strict hypothesis gives nothing strict of a multiple.
    with pytest.raises(StepRefusedError, match="applies nowhere") as refused:
        by_induction("powers", N, strict, base_of_powers(), step_of_powers)
    assert refused.value.law == "induction hypothesis"


def test_induction_with_a_factor_too_many_is_refused():
    def step(hypothesis):
        return (
            start(norm(sp.MatMul(A, A**N)))
            .le(norm(A) * norm(A**N), by=SUBMULTIPLICATIVE)
            .le(norm(A) ** N, by=hypothesis)
        )

    with pytest.raises(StepRefusedError, match="it gives") as refused:
        by_induction("powers", N, POWER_BOUND, base_of_powers(), step)
    assert refused.value.law == "induction hypothesis"


def test_relations_that_point_both_ways_make_no_chain():
    chain = start(norm(A * B)).le(norm(A) * norm(B), by=SUBMULTIPLICATIVE)
    with pytest.raises(StepRefusedError, match="can't follow") as refused:
        chain.ge(norm(A * B), by=SUBMULTIPLICATIVE)
    assert refused.value.law == SUBMULTIPLICATIVE.name


def test_every_second_derivative_bound_is_sharp():
    law = tanh_higher_derivatives()
    assert [str(theorem) for theorem in law[2:]] == [
        "tanh″(z)² ≤ 16/27",
        "tanh‴(z) ≤ 2/3",
        "tanh‴(z) ≥ −2",
    ]
    inside = in_range()
    third = (6 * T**2 - 2) * (1 - T**2)
    tiny = sp.Rational(1, 10**9)
    for left, right in (
        ((2 * T * (1 - T**2)) ** 2, sp.Rational(16, 27) - tiny),
        (third, sp.Rational(2, 3) - tiny),
        (-third, 2 - tiny),
    ):
        with pytest.raises(StepRefusedError, match="it is false for some"):
            start(left).le(right, by=inside)


def test_a_product_with_its_index_outside_is_no_statement():
    with pytest.raises(StepRefusedError, match="stands outside it"):
        start(CELL.slopes(BOUND_INDEX) * W).eq(OrderedProduct(W, 1, N), by=ALGEBRA)


def test_more_than_twenty_falsehoods_are_tried():
    assert len(FALSE_STEPS) >= 50
