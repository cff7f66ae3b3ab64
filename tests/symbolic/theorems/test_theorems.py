"""The theorems: what they say, what they assume, and that numbers don't contradict a step."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from gradproof.symbolic.instances.instantiate import NotNumericError, find_counterexample
from gradproof.symbolic.kernel.calculus import (
    JACOBIAN_OF_CONSTANT,
    JACOBIAN_OF_ELEMENTWISE,
    JACOBIAN_OF_IDENTITY,
    JACOBIAN_OF_LINEAR_MAP,
    JACOBIAN_OF_SUM,
)
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.expressions import (
    ActivationValue,
    Diagonal,
    Elementwise,
    Input,
    Jacobian,
    State,
)
from gradproof.symbolic.language.relation import Relation
from gradproof.symbolic.theorems import bounds, powers, recurrence
from gradproof.symbolic.theorems.activations import tanh

SEMISIMPLE = (
    "ρ(W) ≤ 1, and every eigenvalue of W of modulus 1 is semisimple "
    "(its algebraic and geometric multiplicities agree)"
)
SCALED = ["S is invertible", "W = S M S⁻¹", "‖M‖ ≤ r", "‖S‖ ‖S⁻¹‖ ≤ c"]
STATE = "h_k = tanh(z_k) for all k ≥ 1"
PREACTIVATION = "z_k = W h_{k−1} + U x_k + b for all k ≥ 1"

# theorem → [(conclusion, conditions, domains)]
SAYS = {
    "tanh_derivative": (
        lambda: [tanh.tanh_derivative()],
        [("tanh′(z) = 1 − tanh(z)²", [], ["real z"])],
    ),
    "tanh_bounds": (
        lambda: tanh.tanh_bounds(),
        [("−1 < tanh(z)", [], ["real z"]), ("tanh(z) < 1", [], ["real z"])],
    ),
    "tanh_derivative_range": (
        lambda: tanh.tanh_derivative_range(),
        [
            ("0 < tanh′(z)", [], ["real z"]),
            ("tanh′(z) ≤ 1", [], ["real z"]),
            ("tanh′(0) = 1", [], []),
            ("tanh′(z) < 1", [], ["z > 0"]),
            ("tanh′(z) < 1", [], ["z < 0"]),
            ("tanh′(log(1 + 2/p)/2) = 1 − 1/(p + 1)²", [], ["p > 0"]),
        ],
    ),
    "tanh_slope_bound": (
        lambda: [tanh.tanh_slope_bound()],
        [("|tanh′(z)| ≤ 1", [], ["real z"])],
    ),
    "tanh_higher_derivatives": (
        lambda: tanh.tanh_higher_derivatives(),
        [
            ("tanh″(z) = −2 (1 − tanh(z)²) tanh(z)", [], ["real z"]),
            ("tanh‴(z) = (1 − tanh(z)²) (6 tanh(z)² − 2)", [], ["real z"]),
            ("tanh″(z)² ≤ 16/27", [], ["real z"]),
            ("tanh‴(z) ≤ 2/3", [], ["real z"]),
            ("tanh‴(z) ≥ −2", [], ["real z"]),
        ],
    ),
    "state_jacobian": (
        lambda: [recurrence.state_jacobian()],
        [
            (
                "∂h_k/∂h_{k−1} = diag(tanh′(z_k)) W",
                [],
                ["integer d ≥ 1", "integer k ≥ 1"],
            )
        ],
    ),
    "jacobian_product": (
        lambda: [recurrence.jacobian_product()],
        [
            (
                "∂h_{t+n}/∂h_t = ∏_{k=t+1}^{t+n} [diag(tanh′(z_k)) W]",
                [],
                ["integer d ≥ 1", "integer n ≥ 0", "integer t ≥ 0"],
            )
        ],
    ),
    "product_norm_upper": (
        lambda: [bounds.product_norm_upper(), bounds.product_norm_upper("tanh")],
        [
            (
                "‖∂h_{t+n}/∂h_t‖ ≤ (γ ‖W‖)ⁿ",
                ["|φ′(z)| ≤ γ for all z"],
                ["integer d ≥ 1", "integer n ≥ 0", "integer t ≥ 0", "γ > 0"],
            ),
            (
                "‖∂h_{t+n}/∂h_t‖ ≤ ‖W‖ⁿ",
                [],
                ["integer d ≥ 1", "integer n ≥ 0", "integer t ≥ 0"],
            ),
        ],
    ),
    "power_norm_lower": (
        lambda: [powers.power_norm_lower()],
        [("ρ(W)ⁿ ≤ ‖Wⁿ‖", [], ["integer d ≥ 1", "integer n ≥ 0"])],
    ),
    "power_norm_upper": (
        lambda: [powers.power_norm_upper()],
        [("‖Wⁿ‖ ≤ c rⁿ", SCALED, ["c > 0", "integer d ≥ 1", "integer n ≥ 0", "r > 0"])],
    ),
    "powers_vanish": (
        lambda: powers.powers_vanish(),
        [
            ("limsup_n ‖Wⁿ‖ ≤ 0", ["ρ(W) < 1"], ["integer d ≥ 1", "integer n ≥ 0"]),
            ("1 ≤ ‖Wⁿ‖", ["1 ≤ ρ(W)"], ["integer d ≥ 1", "integer n ≥ 0"]),
        ],
    ),
    "gelfand": (
        lambda: powers.gelfand(),
        [
            ("ρ(W) ≤ ‖Wⁿ‖^(1/n)", [], ["integer d ≥ 1", "integer n ≥ 1"]),
            ("limsup_n ‖Wⁿ‖^(1/n) ≤ ρ(W)", [], ["integer d ≥ 1", "integer n ≥ 1"]),
        ],
    ),
    "powers_bounded": (
        lambda: powers.powers_bounded(),
        [
            ("limsup_n ‖Wⁿ‖ < ∞", [SEMISIMPLE], ["integer d ≥ 1", "integer n ≥ 0"]),
            ("ρ(W)ⁿ ≤ ‖Wⁿ‖", [], ["integer d ≥ 1", "integer n ≥ 0"]),
            (
                "n ‖v‖ − ‖u‖ ≤ ‖Wⁿ u‖",
                ["W v = λ v", "W u = λ u + v", "|λ| = 1"],
                ["complex λ ≠ 0", "integer d ≥ 1", "integer n ≥ 0"],
            ),
        ],
    ),
}


@pytest.mark.parametrize("name", SAYS)
def test_a_theorem_says_and_assumes_exactly_this(name):
    build, expected = SAYS[name]
    found = [
        (str(theorem), [str(h) for h in theorem.conditions], list(theorem.domains))
        for theorem in build()
    ]
    assert found == expected


@pytest.mark.parametrize("name", ["state_jacobian", "jacobian_product", "product_norm_upper"])
def test_the_recurrence_is_all_that_is_defined(name):
    theorem = SAYS[name][0]()[-1]
    assert [str(h) for h in theorem.definitions] == [STATE, PREACTIVATION]


def test_the_eigenvalue_of_a_jordan_chain_may_be_complex():
    theorem = powers.powers_bounded()[2]
    (eigenvalue,) = {s for h in theorem.hypotheses for s in h.free_symbols if s.name == "lambda"}
    assert eigenvalue.is_complex
    assert eigenvalue.is_real is None


@pytest.mark.parametrize("name", SAYS)
def test_every_step_and_conclusion_survives_numbers(name):
    tried = 0
    for theorem in SAYS[name][0]():
        propositions = [(theorem.proposition, theorem.hypotheses)]
        propositions += [
            (step.proposition, theorem.hypotheses | step.hypotheses) for step in theorem.steps
        ]
        for proposition, hypotheses in propositions:
            try:
                found = find_counterexample(proposition, hypotheses, model=theorem.model, trials=10)
            except NotNumericError:
                continue
            assert found is None, f"{proposition}: {found}"
            tried += 1
    assert tried >= len(SAYS[name][1])


@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_the_derivatives_of_tanh_are_those_of_sympy(order):
    z = tanh.REAL
    formulas = {
        0: ActivationValue("tanh", 0, z),
        1: tanh.tanh_derivative().proposition.right,
        2: tanh.tanh_higher_derivatives()[0].proposition.right,
        3: tanh.tanh_higher_derivatives()[1].proposition.right,
    }
    own = formulas[order].xreplace({ActivationValue("tanh", 0, z): sp.tanh(z)})
    assert sp.simplify(own - sp.tanh(z).diff((z, order))) == 0


# --- The rules of differentiation, componentwise ------------------------------------------------

D, K = sp.symbols("d k", integer=True, positive=True)
A, B = sp.MatrixSymbol("A", D, D), sp.MatrixSymbol("B", D, D)
C = sp.MatrixSymbol("c", D, 1)
H, EARLIER, INPUT = State("h", K, D), State("h", K - 1, D), Input("x", K, D)

RULES = [
    (JACOBIAN_OF_CONSTANT, A * EARLIER + B * INPUT + C),
    (JACOBIAN_OF_IDENTITY, H),
    (JACOBIAN_OF_SUM, A * H + Elementwise("tanh", 0, H) + C),
    (JACOBIAN_OF_LINEAR_MAP, A * B * H),
    (JACOBIAN_OF_LINEAR_MAP, 3 * A * Elementwise("tanh", 1, H)),
    (JACOBIAN_OF_ELEMENTWISE, Elementwise("tanh", 0, A * H + C)),
    (JACOBIAN_OF_ELEMENTWISE, Elementwise("tanh", 1, A * H)),
]


class Componentwise:
    """Expressions as explicit matrices of scalars, differentiated entry by entry by SymPy."""

    def __init__(self, d):
        self.d = d
        self.state = sp.Matrix(sp.symbols(f"s0:{d}", real=True))
        self.generator = np.random.default_rng(d)
        self.values = {}

    def constant(self, node, columns):
        drawn = self.generator.integers(-3, 4, size=(self.d, columns))
        return self.values.setdefault(node, sp.Matrix(drawn) / 4)

    def __call__(self, node):
        if node == H:
            return self.state
        if isinstance(node, (State, Input)) or node == C:
            return self.constant(node, 1)
        if isinstance(node, sp.MatrixSymbol):
            return self.constant(node, self.d)
        if isinstance(node, sp.Identity):
            return sp.eye(self.d)
        if isinstance(node, sp.ZeroMatrix):
            return sp.zeros(self.d)
        if isinstance(node, Jacobian):
            return self(node.function).jacobian(self.state)
        if isinstance(node, Elementwise):
            z = sp.Dummy()
            slope = sp.diff(sp.tanh(z), z, int(node.order)) if node.order else sp.tanh(z)
            return self(node.argument).applyfunc(lambda entry: slope.subs(z, entry))
        if isinstance(node, Diagonal):
            return sp.diag(*self(node.vector))
        parts = [self(part) if part.is_Matrix else part for part in node.args]
        return sum(parts[1:], parts[0]) if node.is_MatAdd else sp.prod(parts)


@pytest.mark.parametrize("d", [1, 2, 3])
@pytest.mark.parametrize(
    ("law", "function"), RULES, ids=[f"{law.name}: {function}" for law, function in RULES]
)
def test_a_rule_agrees_with_componentwise_differentiation(law, function, d):
    jacobian = Jacobian(function, H)
    (differentiated,) = law.rule(jacobian, ())
    assert Step(jacobian, Relation.EQ, differentiated, law)
    explicit = Componentwise(d)
    difference = explicit(jacobian) - explicit(differentiated)
    point = dict(zip(explicit.state, (sp.Rational(1, 3), sp.Rational(-2, 5), 2), strict=False))
    # Exact rational matrices; tanh at rational points is evaluated to 50 digits.
    assert max(abs(entry.subs(point).evalf(50)) for entry in difference) < sp.Float("1e-40", 50)
    if law is not JACOBIAN_OF_CONSTANT and d > 1 and law is not JACOBIAN_OF_IDENTITY:
        turned = explicit(jacobian) - explicit(differentiated).T
        assert any(entry.subs(point).evalf() != 0 for entry in turned)


def test_a_theorem_shows_itself_in_a_notebook():
    shown = bounds.product_norm_upper()._repr_latex_()
    assert shown.startswith("$")
    assert shown.endswith("$")
    assert r"\implies" in shown
    assert r"\gamma" in shown
    assert shown.isascii()
