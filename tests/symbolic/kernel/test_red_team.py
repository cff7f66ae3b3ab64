"""Attacks on the kernel by its public interface: each would prove something false."""

from __future__ import annotations

import dataclasses
import types

import pytest
import sympy as sp

from gradproof.errors import InputError, StepRefusedError
from gradproof.symbolic.kernel.assumptions import assume, assume_at, define
from gradproof.symbolic.kernel.conditional import (
    absolute_value_by,
    diagonal_norm_by,
    range_of,
    range_of_exponential,
    root_by,
)
from gradproof.symbolic.kernel.derivation import Chain, Section, Theorem, by_induction, start
from gradproof.symbolic.kernel.existence import (
    Existence,
    eliminate,
    from_above,
    number_between,
    scaling_near_radius,
    semisimple_scaling,
)
from gradproof.symbolic.kernel.laws import (
    ALGEBRA,
    DEFINITION_OF_DERIVATIVE,
    FINITE,
    HOMOGENEOUS,
    JACOBIAN_OF_CONSTANT,
    JACOBIAN_OF_IDENTITY,
    JACOBIAN_OF_LINEAR_MAP,
    LIMIT_OF_CONSTANT,
    LIMIT_OF_ROOT,
    NEWEST_FACTOR_LEFT,
    NORM_OF_IDENTITY,
    POLYNOMIAL_CHAIN_RULE,
    SUBMULTIPLICATIVE,
    Law,
    RewritingLaw,
    chain_rule_through,
    geometric_limit,
)
from gradproof.symbolic.kernel.step import Step
from gradproof.symbolic.language.blocks import Stacked
from gradproof.symbolic.language.expressions import (
    BOUND_INDEX,
    ActivationValue,
    Diagonal,
    Elementwise,
    Input,
    Jacobian,
    LimitSuperior,
    OrderedProduct,
    Preactivation,
    ScalarDerivative,
    SpectralNorm,
    SpectralRadius,
    State,
)
from gradproof.symbolic.language.relation import Hypothesis, Proposition, Relation
from gradproof.symbolic.language.vocabulary import problem_with
from gradproof.symbolic.theorems import bounds, powers, recurrence
from gradproof.symbolic.theorems.activations import tanh

D, E = sp.symbols("d e", integer=True, positive=True)
K = sp.Symbol("k", integer=True, positive=True)
N = sp.Symbol("n", integer=True, nonnegative=True)
A, B, W, V = (sp.MatrixSymbol(name, D, D) for name in "ABWV")
U = sp.MatrixSymbol("u", D, 1)
X, Y = sp.symbols("x y", real=True)
ONE, ZERO = sp.Integer(1), sp.Integer(0)
FALSE = Proposition(ONE, Relation.EQ, ZERO)
norm = SpectralNorm


def h(k, size=D):
    return State("h", k, size)


def true_chain():
    return start(X + X).eq(2 * X, by=ALGEBRA)


# --- Forging ------------------------------------------------------------------------------------


def test_a_theorem_with_another_proposition_is_refused():
    theorem = Theorem.of("t", true_chain())
    with pytest.raises(InputError, match="made by hand"):
        dataclasses.replace(theorem, proposition=FALSE)


def test_a_theorem_without_its_hypotheses_is_refused():
    theorem = powers.power_norm_upper()
    with pytest.raises(InputError, match="made by hand"):
        dataclasses.replace(theorem, hypotheses=frozenset())


def test_a_theorem_made_by_hand_is_refused():
    with pytest.raises(InputError, match="made by hand"):
        Theorem("t", FALSE, frozenset(), (Section("", true_chain()),))


@pytest.mark.parametrize(
    "change", [{"hypotheses": frozenset()}, {"rule": lambda _term, _binders: iter([ZERO])}]
)
def test_a_law_with_parts_exchanged_is_none_of_the_kernel(change):
    law = dataclasses.replace(assume(Hypothesis.of(X, Relation.EQ, ZERO)), **change)
    with pytest.raises(StepRefusedError, match="no law of the kernel"):
        start(X).eq(ZERO, by=law)


def test_a_law_made_by_hand_is_none_of_the_kernel():
    law = RewritingLaw("mine", "1 = 0", rule=lambda _term, _binders: iter([ZERO]))
    with pytest.raises(StepRefusedError, match="no law of the kernel"):
        start(ONE).eq(ZERO, by=law)


def test_a_look_alike_of_a_law_is_none_of_the_kernel():
    law = types.SimpleNamespace(
        name="mine",
        is_of_kernel=True,
        seal=None,
        hypotheses=frozenset(),
        refuses=lambda *_: None,
    )
    with pytest.raises(StepRefusedError, match="no law of the kernel"):
        start(ONE).eq(ZERO, by=law)


@pytest.mark.parametrize("base", [Law, RewritingLaw, Step, Chain, Theorem, Existence, Hypothesis])
def test_nothing_of_the_trusted_base_is_extended(base):
    with pytest.raises(InputError, match="extends a class of the trusted base"):
        type("Mine", (base,), {"__post_init__": lambda *_: None})


def test_a_proposition_that_answers_for_itself_is_refused():
    with pytest.raises(InputError, match="extends a class of the trusted base"):
        type("Mine", (Proposition,), {"substitute": lambda *_: FALSE})


def test_a_chain_of_steps_that_do_not_meet_is_refused():
    first = Step(X + X, Relation.EQ, 2 * X, ALGEBRA)
    second = Step(Y + Y, Relation.EQ, 2 * Y, ALGEBRA)
    with pytest.raises(InputError, match="don't fit"):
        Chain(X + X, (first, second))
    with pytest.raises(InputError, match="don't fit"):
        Chain(ONE, (first,))


def test_a_chain_up_and_down_is_refused():
    t = ActivationValue("tanh", 0, X)
    _above, below = tanh.tanh_bounds()
    real = {sp.Symbol("z", real=True): X}
    up = Step(t, Relation.LT, ONE, below.law(real))
    down = Step(ONE, Relation.GT, t, below.law(real))
    with pytest.raises(InputError, match="don't fit"):
        Chain(t, (up, down))


def test_a_chain_cannot_be_changed_after_the_check():
    steps = [Step(X + X, Relation.EQ, 2 * X, ALGEBRA)]
    chain = Chain(X + X, steps)
    steps.append("anything")
    assert len(chain.steps) == 1


def test_a_step_with_another_side_is_checked_again():
    step = Step(X + X, Relation.EQ, 2 * X, ALGEBRA)
    with pytest.raises(StepRefusedError, match="algebra"):
        dataclasses.replace(step, right=3 * X)


def test_an_existence_with_other_gifts_is_refused():
    r = sp.Symbol("r", positive=True)
    existence = number_between(SpectralRadius(W), ONE, r)
    gift = frozenset({Hypothesis.of(r, Relation.EQ, ZERO)})
    with pytest.raises(InputError, match="made by hand"):
        dataclasses.replace(existence, provided=gift)


def claim(proposition):
    return types.SimpleNamespace(
        proposition=proposition,
        hypotheses=frozenset(),
        name="claim",
        sections=(Section("", true_chain()),),
    )


@pytest.mark.parametrize(
    "attack",
    [
        lambda: absolute_value_by(claim(Proposition(ZERO, Relation.LE, X))),
        lambda: root_by(claim(Proposition(norm(W) ** N, Relation.LE, ONE)), {N: ONE}),
        lambda: diagonal_norm_by(
            claim(Proposition(sp.Abs(ActivationValue("tanh", 1, X)), Relation.LE, ZERO))
        ),
        lambda: range_of(
            X,
            above=claim(Proposition(ZERO, Relation.LT, X)),
            below=claim(Proposition(X, Relation.LT, ONE)),
        ),
        lambda: from_above(claim(FALSE), sp.Symbol("r", positive=True), name="f"),
        lambda: eliminate(
            claim(FALSE),
            number_between(SpectralRadius(W), ONE, sp.Symbol("r", positive=True)),
            name="f",
        ),
    ],
    ids=["absolute value", "root", "diagonal", "range", "from above", "eliminate"],
)
def test_rules_take_no_look_alikes_of_theorems(attack):
    with pytest.raises(InputError, match=r"give a theorem|give \|φ"):
        attack()


class Claim:
    """Looks like a proposition and a hypothesis, and answers as it likes."""

    left, relation, right = ONE, Relation.EQ, ZERO
    proposition = FALSE
    variables = ()
    free_symbols = frozenset()

    def problem(self):
        return None

    def substitute(self, _values):
        return Proposition(X + X, Relation.EQ, 2 * X)

    def __str__(self):
        return "1 = 1"


def test_induction_takes_no_look_alike_of_a_proposition():
    with pytest.raises(InputError, match="give a Proposition"):
        by_induction("f", N, Claim(), true_chain(), lambda _: true_chain())


@pytest.mark.parametrize("rule", [assume, geometric_limit, diagonal_norm_by])
def test_rules_take_no_look_alikes_of_hypotheses(rule):
    with pytest.raises(InputError, match=r"give a Hypothesis|give a theorem"):
        rule(Claim())


def test_a_symbol_of_another_class_is_not_replaced():
    class Mine(sp.Symbol):
        is_real = True

    theorem = Theorem.of("t", true_chain())
    with pytest.raises(InputError, match="doesn't satisfy"):
        theorem.law({Mine("x", real=True): ONE})


# --- Hypotheses ---------------------------------------------------------------------------------


def test_a_hypothesis_reads_as_what_it_says():
    hypothesis = Hypothesis("1 = 1", FALSE)
    assert str(hypothesis) == "1 = 0"


def test_a_hypothesis_cannot_pose_as_a_definition():
    with pytest.raises(InputError, match="define a state or a pre-activation"):
        Hypothesis("", FALSE, is_definition=True)


def test_words_speak_about_the_matrix_that_is_put_in():
    sufficient = powers.powers_bounded()[0]
    instance = sufficient.law({W: 2 * V})
    (hypothesis,) = instance.hypotheses
    assert str(hypothesis).startswith("ρ(2 V) ≤ 1")


def test_hypotheses_about_nothing_meaningful_are_refused():
    with pytest.raises(InputError, match="matrices aren't ordered"):
        Hypothesis.of(W, Relation.LE, V)
    with pytest.raises(InputError, match="isn't known to be real"):
        Hypothesis.of(sp.Symbol("c", complex=True), Relation.LT, ONE)


def test_the_index_of_a_product_is_in_no_hypothesis():
    with pytest.raises(InputError, match="stands outside"):
        Hypothesis.of(BOUND_INDEX, Relation.EQ, ONE)


def test_two_symbols_of_one_name_make_no_theorem():
    positive, real = sp.Symbol("s", positive=True), sp.Symbol("s", real=True)
    law = assume(Hypothesis.of(positive, Relation.EQ, real))
    with pytest.raises(InputError, match="two symbols called s"):
        Theorem.of("t", start(positive).eq(real, by=law))


# --- Definitions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right", "problem"),
    [
        (Input("x", K, D), W * h(K - 1), "define a state or a pre-activation"),
        (h(K), h(K - 1) + h(K - 2), "the states just before"),
        (h(K), h(K), "the states just before"),
        (h(K), h(K + 1), "the states just before"),
        (h(K), State("g", K - 2, D), "the states just before"),
        (h(K), Preactivation("z", K - 1, D), "the states just before"),
        (h(K), Preactivation("h", K, D), "the states just before"),
        (Preactivation("z", K, D), Preactivation("z", K - 1, D), "the states just before"),
        (h(K), Jacobian(h(K - 1), h(0)) * U, "real sums and products"),
        (h(K), sp.Symbol("c", complex=True) * h(K - 1), "real sums and products"),
        (h(K + 1), h(K), "use a positive integer symbol"),
        (h(N), h(N - 1), "use a positive integer symbol"),
        (h(BOUND_INDEX), h(BOUND_INDEX - 1), "stands outside it|use a positive integer symbol"),
        (h(K), State("h", K - 1, E), "give shape"),
    ],
    ids=str,
)
def test_what_is_no_definition_of_first_order_is_refused(left, right, problem):
    with pytest.raises(InputError, match=problem):
        define(left, right)


def test_two_definitions_of_one_state_make_no_theorem():
    first, second = define(h(K), A * h(K - 1)), define(h(K), B * h(K - 1))
    chain = start(A * h(0)).eq(h(1), by=first).eq(B * h(0), by=second)
    with pytest.raises(InputError, match="define h twice"):
        Theorem.of("t", chain)


def test_a_chain_rule_that_forgets_a_state_makes_no_theorem():
    g = State("g", K, D)
    feed = define(h(K), W * h(K - 1) + g), define(g, A * h(K - 1))
    through_h_alone = (
        start(Jacobian(h(K + 1), h(K - 1)))
        .eq(Jacobian(h(K + 1), h(K)) * Jacobian(h(K), h(K - 1)), by=chain_rule_through(h(K)))
        .eq(
            Jacobian(W * h(K) + State("g", K + 1, D), h(K)) * Jacobian(h(K), h(K - 1)),
            by=feed[0],
        )
    )
    with pytest.raises(InputError, match="forget the state g"):
        Theorem.of("t", through_h_alone)
    both = Stacked(h(K), g)
    law = chain_rule_through(both)
    start(Jacobian(h(K + 1), h(K - 1))).eq(
        Jacobian(h(K + 1), both) * Jacobian(both, h(K - 1)), by=law
    )
    assert not Theorem.of(
        "t", start(Jacobian(h(K), h(K))).eq(sp.Identity(D), by=JACOBIAN_OF_IDENTITY)
    ).hypotheses


@pytest.mark.parametrize(
    "middle",
    [
        Stacked(h(K), h(K)),
        Stacked(h(K), State("h", K, E)),
        Stacked(h(K), State("g", K + 1, D)),
        Stacked(h(K), Input("x", K, D)),
    ],
    ids=str,
)
def test_the_chain_rule_counts_no_path_twice(middle):
    paths = [Jacobian(h(K + 1), part) * Jacobian(part, h(K - 1)) for part in middle.args]
    with pytest.raises(StepRefusedError):
        start(Jacobian(h(K + 1), h(K - 1))).eq(sp.MatAdd(*paths), by=chain_rule_through(middle))


def test_a_theorem_by_the_chain_rule_remembers_the_states_that_it_knew():
    split = Jacobian(h(K + 1), h(K)) * Jacobian(h(K), h(K - 1))
    chain = start(Jacobian(h(K + 1), h(K - 1))).eq(split, by=chain_rule_through(h(K)))
    through_h = Theorem.of("t", chain).law()
    g = State("g", K, D)
    reused = (
        start(Jacobian(h(K + 1), h(K - 1)) + g * g.T)
        .eq(split + g * g.T, by=through_h)
        .eq(split + A * h(K - 1) * g.T, by=define(g, A * h(K - 1)))
    )
    with pytest.raises(InputError, match="forget the state g"):
        Theorem.of("t", reused)


def test_values_of_one_step_that_define_each_other_make_no_theorem():
    z, y = (Preactivation(name, K, D) for name in "zy")
    first, second = define(z, y + h(K - 1)), define(y, -z)
    chain = start(z).eq(y + h(K - 1), by=first).eq(-z + h(K - 1), by=second)
    with pytest.raises(InputError, match="define y, z in a circle"):
        Theorem.of("t", chain)


def test_a_state_and_a_gate_of_one_name_make_no_theorem():
    gate = Preactivation("c", K, D)
    state = State("c", K, D)
    chain = start(gate + state).eq(h(K - 1) + state, by=define(gate, h(K - 1)))
    with pytest.raises(InputError, match="define c twice"):
        Theorem.of("t", chain.eq(2 * h(K - 1), by=define(state, h(K - 1))))


def test_of_several_states_only_those_held_fixed_are_constants():
    g = State("g", N, D)
    start(Jacobian(g, h(N))).eq(sp.ZeroMatrix(D, D), by=JACOBIAN_OF_CONSTANT)
    both = Stacked(h(N), g)
    for variable, zero in ((both, sp.ZeroMatrix(D, 2 * D)), (g, sp.ZeroMatrix(D, D))):
        with pytest.raises(StepRefusedError):
            start(Jacobian(g, variable)).eq(zero, by=JACOBIAN_OF_CONSTANT)
    with pytest.raises(StepRefusedError):
        start(Jacobian(State("g", N + 1, D), h(N))).eq(sp.ZeroMatrix(D, D), by=JACOBIAN_OF_CONSTANT)


@pytest.mark.parametrize(
    "variable",
    [
        Stacked(h(N), h(N)),
        Stacked(h(N), State("g", N + 1, D)),
        Stacked(h(N), Input("x", N, D)),
        Stacked(h(N)),
        Input("x", N, D),
    ],
    ids=str,
)
def test_only_states_of_one_index_are_variables(variable):
    problem = Proposition(Jacobian(h(N + 1), variable), Relation.EQ, sp.Integer(0)).problem()
    assert problem is not None
    assert "meaning" in problem


def test_a_definition_acts_on_its_own_size_only():
    law = define(h(K), W * h(K - 1))
    with pytest.raises(StepRefusedError, match="applies nowhere"):
        start(norm(h(K, E))).eq(norm(W * h(K - 1)), by=law)


@pytest.mark.parametrize("t", [K, K + 1])
def test_a_definition_does_not_act_at_or_below_the_differentiated_index(t):
    law = define(h(K), W * h(K - 1))
    with pytest.raises(StepRefusedError, match="applies nowhere"):
        start(Jacobian(h(K), h(t))).eq(Jacobian(W * h(K - 1), h(t)), by=law)


def test_a_definition_does_not_act_at_the_start():
    law = define(h(K), W * h(K - 1))
    with pytest.raises(StepRefusedError, match="has no meaning"):
        start(h(0)).eq(W * h(-1), by=law)


# --- Induction and eigenvariables ---------------------------------------------------------------


def test_a_hypothesis_about_the_index_does_not_leave_induction():
    zero = assume(Hypothesis.of(N, Relation.EQ, ZERO))
    proposition = Proposition(N, Relation.EQ, ZERO)
    base = start(ZERO + X).eq(X, by=ALGEBRA)
    with pytest.raises(InputError, match=r"establishes|about one n"):
        by_induction("f", N, proposition, base, lambda _: start(N + 1).eq(ONE, by=zero))


def test_the_size_of_a_matrix_is_something_about_the_index():
    def bound(size):
        return norm(sp.MatrixSymbol("A", size, size))

    first = assume(Hypothesis.of(bound(ONE), Relation.LE, ONE))
    other = assume(Hypothesis.of(bound(N + 2), Relation.LE, ONE))
    with pytest.raises(InputError, match="about one n"):
        by_induction(
            "f",
            N,
            Proposition(bound(N + 1), Relation.LE, ONE),
            start(bound(ONE)).le(ONE, by=first),
            lambda _: start(bound(N + 2)).le(ONE, by=other),
        )


def test_the_induction_hypothesis_taken_out_stays_a_hypothesis():
    stolen = []
    proposition = Proposition(norm(W**N), Relation.LE, norm(W) ** N)
    base = start(norm(sp.MatPow(W, 0))).eq(ONE, by=NORM_OF_IDENTITY)

    def step(hypothesis):
        stolen.append(hypothesis)
        return (
            start(norm(sp.MatMul(W, W**N)))
            .le(norm(W) * norm(W**N), by=SUBMULTIPLICATIVE)
            .le(norm(W) ** (N + 1), by=hypothesis)
        )

    assert not by_induction("p", N, proposition, base, step).hypotheses
    theorem = Theorem.of("t", start(norm(W**N)).le(norm(W) ** N, by=stolen[0]))
    assert [str(h) for h in theorem.conditions] == ["‖Wⁿ‖ ≤ ‖W‖ⁿ"]


@pytest.mark.parametrize(
    "index",
    [
        sp.Symbol("n", integer=True, positive=True),
        sp.Symbol("n", integer=True),
        sp.Symbol("n", nonnegative=True),
        sp.Symbol("n", integer=True, nonnegative=True, even=True),
        sp.Symbol("n", zero=True),
    ],
    ids=["positive", "integer", "real", "even", "zero"],
)
def test_induction_runs_over_all_integers_from_0(index):
    proposition = Proposition(index * X, Relation.EQ, X * index)
    chain = start(ZERO).eq(ZERO, by=ALGEBRA)
    with pytest.raises(InputError):
        by_induction("f", index, proposition, chain, lambda _: chain)


def test_induction_over_an_index_that_a_limit_binds_is_refused():
    limit = LimitSuperior(norm(W**N), N)
    proposition = Proposition(limit, Relation.LE, sp.oo)
    with pytest.raises(InputError, match="is bound"):
        by_induction("f", N, proposition, true_chain(), lambda _: true_chain())


def test_what_merely_exists_may_not_stay():
    r = sp.Symbol("r", positive=True)
    theorem = Theorem.of("t", start(r).lt(ONE, by=assume(Hypothesis.of(r, Relation.LT, ONE))))
    with pytest.raises(InputError, match="still mentions r"):
        eliminate(theorem, number_between(SpectralRadius(W), ONE, r), name="f")


def test_what_merely_exists_may_not_stay_in_another_hypothesis():
    r = sp.Symbol("r", positive=True)
    small = assume(Hypothesis.of(r, Relation.LT, ONE))
    least = assume(Hypothesis.of(ZERO, Relation.EQ, r))
    chain = start(ZERO).eq(r, by=least).lt(ONE, by=small)
    with pytest.raises(InputError, match="still mentions r"):
        eliminate(Theorem.of("t", chain), number_between(SpectralRadius(W), ONE, r), name="f")


@pytest.mark.parametrize("kind", [{"integer": True}, {"prime": True}, {"algebraic": True}])
def test_what_exists_is_only_a_positive_number(kind):
    r = sp.Symbol("r", positive=True, **kind)
    with pytest.raises(InputError, match="declared positive"):
        number_between(SpectralRadius(W), ONE, r)


def test_the_scaling_is_of_a_matrix_symbol():
    r, c = sp.symbols("r c", positive=True)
    with pytest.raises(InputError, match="don't fit"):
        scaling_near_radius(sp.ZeroMatrix(D, D), r, A, B, c)
    with pytest.raises(InputError, match="don't fit"):
        semisimple_scaling(W, A, A, c)


def test_from_above_needs_every_r():
    r = sp.Symbol("r", positive=True)
    below = assume(Hypothesis.of(X, Relation.LE, r))
    theorem = Theorem.of("t", start(X).le(r, by=below))
    with pytest.raises(InputError, match="for all r"):
        from_above(theorem, r, name="f")


def test_from_above_needs_one_bound_and_no_quantified_one():
    # From |φ′(w)| ≤ r for every r above all |φ′(z)| it doesn't follow that |φ′(w)| ≤ |φ′(z)|.
    r = sp.Symbol("r", positive=True)
    z, w = sp.symbols("z w", real=True)
    slope = [sp.Abs(ActivationValue("phi", 1, symbol)) for symbol in (z, w)]
    above = Hypothesis.of(slope[0], Relation.LT, r, for_all=(z,))
    theorem = Theorem.of("t", start(slope[1]).le(r, by=assume_at(above, {z: w})))
    with pytest.raises(InputError, match="for all r"):
        from_above(theorem, r, name="f")


NOTHING = sp.ZeroMatrix(D, D)
NULL = sp.Symbol("o", zero=True)


@pytest.mark.parametrize("base", [NOTHING, W - W, 0 * W, sp.MatMul(W, NOTHING), NULL * W])
@pytest.mark.parametrize("law", [ALGEBRA, HOMOGENEOUS, SUBMULTIPLICATIVE])
def test_the_power_of_zero_may_be_the_identity(base, law):
    # 0ⁿ = I for n = 0; SymPy takes it for 0 wherever it evaluates a product of matrices.
    power = sp.MatMul(2, sp.MatPow(base, N))
    for left, right in ((power, NOTHING), (norm(power), norm(NOTHING)), (norm(power), ZERO)):
        with pytest.raises(StepRefusedError):
            start(left).eq(right, by=law)


@pytest.mark.parametrize("base", [NOTHING, W - W, NULL * W, A * (B - B) * W])
def test_a_power_of_zero_has_a_meaning_where_the_exponent_is_known(base):
    assert problem_with(sp.MatPow(base, N)) is not None
    assert problem_with(sp.MatPow(base, N + 1)) is None
    assert problem_with(sp.MatPow(base, 0)) is None


def test_no_power_of_zero_arises_by_a_substitution_or_a_hypothesis():
    left, right = norm(2 * W**N), 2 * norm(W**N)
    theorem = Theorem.of("t", start(left).eq(right, by=HOMOGENEOUS))
    with pytest.raises(InputError, match="power of 0"):
        theorem.law({W: NOTHING})
    with pytest.raises(InputError, match="power of 0"):
        theorem.law({W: A - A})
    vanishes = assume(Hypothesis.of(W, Relation.EQ, NOTHING))
    size = sp.Abs(norm(2 * W**N) - norm(V))
    for wrong in (sp.Abs(norm(NOTHING) - norm(V)), norm(V)):
        with pytest.raises(StepRefusedError):
            start(size).eq(wrong, by=vanishes)
    positive = theorem.law({N: N + 1}).applied_to(norm(2 * W ** (N + 1)))
    assert start(positive).eq(2 * norm(sp.MatPow(NOTHING, N + 1)), by=vanishes)


def test_the_size_of_a_matrix_may_depend_on_the_index_of_a_limit():
    n = sp.Symbol("n", integer=True, positive=True)
    norm = SpectralNorm(sp.MatrixSymbol("W", n, n))
    below = Hypothesis.of(sp.S.Half, Relation.LT, ONE)
    for term, limit, law in (
        (norm, norm, LIMIT_OF_CONSTANT),
        ((2**n * (1 + norm)) ** (1 / n), sp.Integer(2), LIMIT_OF_ROOT),
        (norm * sp.S.Half**n, sp.Integer(0), geometric_limit(below)),
    ):
        with pytest.raises(StepRefusedError):
            start(LimitSuperior(term, n)).eq(limit, by=law)


def test_an_unbounded_symbol_must_be_any_real_number():
    for symbol in (
        sp.Symbol("z", real=True, algebraic=True),
        sp.Symbol("z", real=True, prime=False),
        sp.Symbol("z", positive=True),
    ):
        slope = sp.Abs(ActivationValue("phi", 1, symbol))
        hypothesis = Hypothesis.of(slope, Relation.LE, X, for_all=(symbol,))
        with pytest.raises(InputError, match="doesn't hold for all real z"):
            diagonal_norm_by(hypothesis)


def test_a_bound_at_one_point_bounds_no_diagonal_matrix():
    slope = sp.Abs(ActivationValue("phi", 1, X))
    with pytest.raises(InputError, match="doesn't hold for all real x"):
        diagonal_norm_by(Hypothesis.of(slope, Relation.LE, ONE))


# --- Substitution -------------------------------------------------------------------------------


def test_the_index_of_a_product_is_no_free_symbol():
    with pytest.raises(InputError, match="is bound"):
        recurrence.jacobian_product().law({BOUND_INDEX: K})


def test_no_value_is_captured_by_a_product():
    factor = X * A
    product = OrderedProduct(factor, 1, N + 1)
    theorem = Theorem.of(
        "t", start(product).eq(factor * OrderedProduct(factor, 1, N), by=NEWEST_FACTOR_LEFT)
    )
    with pytest.raises(InputError, match="is bound"):
        theorem.law({X: BOUND_INDEX})


def test_no_value_is_captured_by_a_limit():
    c = sp.Symbol("c", nonnegative=True)
    theorem = Theorem.of("t", start(LimitSuperior(c, N)).eq(c, by=LIMIT_OF_CONSTANT))
    with pytest.raises(InputError, match="is bound"):
        theorem.law({c: N})


def test_no_value_is_captured_by_a_derivative():
    z = sp.Symbol("z", real=True)
    theorem = Theorem.of(
        "t",
        start(ActivationValue("tanh", 1, z)).eq(
            ScalarDerivative(ActivationValue("tanh", 0, z), z), by=DEFINITION_OF_DERIVATIVE
        ),
    )
    with pytest.raises(InputError, match="is bound"):
        theorem.law({z: ZERO})


def test_a_constant_matrix_does_not_become_a_function_of_the_state():
    state = h(K)
    theorem = Theorem.of(
        "t",
        start(Jacobian(W * state, state)).eq(W * Jacobian(state, state), by=JACOBIAN_OF_LINEAR_MAP),
    )
    with pytest.raises(InputError, match="isn't constant"):
        theorem.law({W: Diagonal(state)})


def test_recurrent_weights_stay_real():
    c = sp.Symbol("c", complex=True)
    with pytest.raises(InputError, match="real sums and products"):
        bounds.product_norm_upper("tanh").law({W: c * V})


@pytest.mark.parametrize(
    ("symbol", "value"),
    [
        (K, ZERO),
        (K, N),
        (sp.Symbol("c", positive=True), X),
        (sp.Symbol("c", positive=True), ZERO),
        (W, sp.MatrixSymbol("V", E, E)),
        (W, X),
        (X, W),
        (X, sp.oo),
        (X, sp.nan),
        (X, sp.I),
        (X, 1 / X),
        (norm(W), ZERO),
    ],
    ids=str,
)
def test_values_keep_what_is_declared(symbol, value):
    law = assume(Hypothesis.of(symbol, Relation.EQ, symbol))
    theorem = Theorem.of("t", start(symbol).eq(symbol, by=law))
    with pytest.raises(InputError):
        theorem.law({symbol: value})


def test_sizes_are_compared_after_the_replacement():
    theorem = Theorem.of(
        "t", start(norm(sp.Identity(D)) * norm(W)).eq(norm(W), by=NORM_OF_IDENTITY)
    )
    with pytest.raises(InputError, match="doesn't satisfy"):
        theorem.law({W: V, D: sp.Integer(3)})


# --- Rewriting ----------------------------------------------------------------------------------


def test_all_parts_are_rewritten_in_their_places():
    # a ↦ w changes the order in which SymPy keeps the terms; each must be replaced where it was.
    a, b, c, w = sp.symbols("a b c w", real=True)
    law = assume(Hypothesis.of(a, Relation.EQ, w))
    left = a**2 * b + a * c
    assert start(left).eq(w**2 * b + w * c, by=law).steps
    with pytest.raises(StepRefusedError, match="hypothesis a = w"):
        start(left).eq(a**2 * b + b * w**2, by=law)


def test_a_repeated_factor_is_not_dropped():
    a, b = norm(A), norm(B)
    repeated = sp.Mul(a, a, b, evaluate=False)
    law = assume(Hypothesis.of(a * b, Relation.EQ, ONE))
    with pytest.raises(StepRefusedError, match="hypothesis"):
        start(repeated).eq(ONE, by=law)


def test_sizes_are_not_rewritten():
    law = assume(Hypothesis.of(D, Relation.EQ, E))
    with pytest.raises(StepRefusedError, match="applies nowhere"):
        start(norm(W)).eq(norm(sp.MatrixSymbol("W", E, E)), by=law)
    with pytest.raises(StepRefusedError, match="applies nowhere"):
        start(norm(h(K))).eq(norm(h(K, E)), by=law)


def test_a_strict_step_below_infinity_is_refused():
    limit = LimitSuperior(norm(W**N), N)
    law = assume(Hypothesis.of(X, Relation.LT, Y))
    with pytest.raises(StepRefusedError, match="isn't in the vocabulary there"):
        start(X + limit).lt(Y + limit, by=law)


@pytest.mark.parametrize("factor", [norm(W), X, sp.Integer(-1)], ids=str)
def test_a_strict_step_needs_positive_factors(factor):
    a, b = norm(A), norm(B)
    law = assume(Hypothesis.of(a, Relation.LT, b))
    with pytest.raises(StepRefusedError, match="hypothesis"):
        start(factor * a).lt(factor * b, by=law)


@pytest.mark.parametrize("factor", [X, sp.Integer(-1)], ids=str)
def test_a_step_needs_factors_that_are_not_negative(factor):
    a, b = norm(A), norm(B)
    law = assume(Hypothesis.of(a, Relation.LE, b))
    with pytest.raises(StepRefusedError, match="hypothesis"):
        start(factor * a).le(factor * b, by=law)


@pytest.mark.parametrize(
    ("left", "right"),
    [(X**2, Y**2), (X**N, Y**N), (1 / (1 + X**2), 1 / (1 + Y**2))],
    ids=str,
)
def test_powers_of_numbers_of_any_sign_do_not_grow(left, right):
    law = assume(Hypothesis.of(X, Relation.LE, Y))
    with pytest.raises(StepRefusedError, match="hypothesis"):
        start(left).le(right, by=law)


def test_powers_with_negative_exponents_do_not_grow():
    p, q = sp.symbols("p q", positive=True)
    law = assume(Hypothesis.of(p, Relation.LE, q))
    with pytest.raises(StepRefusedError, match="hypothesis"):
        start(1 / p).le(1 / q, by=law)
    with pytest.raises(StepRefusedError, match="hypothesis"):
        start(p**X).le(q**X, by=law)


def test_strict_powers_are_not_taken():
    p, q = sp.symbols("p q", positive=True)
    law = assume(Hypothesis.of(p, Relation.LT, q))
    with pytest.raises(StepRefusedError, match="hypothesis"):
        start(p**N).lt(q**N, by=law)


def test_norms_do_not_grow_with_their_arguments():
    p, q = sp.symbols("p q", real=True)
    law = assume(Hypothesis.of(p, Relation.LE, q))
    with pytest.raises(StepRefusedError, match="hypothesis"):
        start(norm(p * W)).le(norm(q * W), by=law)


def test_nothing_known_at_a_point_is_differentiated():
    z = sp.Symbol("z", real=True)
    t = ActivationValue("tanh", 0, z)
    law = assume(Hypothesis.of(t, Relation.EQ, ZERO))
    with pytest.raises(StepRefusedError, match="hypothesis"):
        start(ScalarDerivative(t, z)).eq(ScalarDerivative(ZERO, z), by=law)
    theorem = Theorem.of("t", start(t).eq(ZERO, by=law))
    with pytest.raises(StepRefusedError, match="law “t”"):
        start(ScalarDerivative(t, z)).eq(ScalarDerivative(ZERO, z), by=theorem.law())
    at_state = assume(Hypothesis.of(h(K), Relation.EQ, U))
    with pytest.raises(StepRefusedError, match="hypothesis"):
        start(Jacobian(h(K), h(K))).eq(Jacobian(U, h(K)), by=at_state)


def test_no_inequality_is_differentiated():
    z = sp.Symbol("z", real=True)
    t = ActivationValue("tanh", 0, z)
    below = tanh.tanh_bounds()[1]
    with pytest.raises(StepRefusedError, match="tanh_bounds"):
        start(ScalarDerivative(t, z)).lt(ScalarDerivative(ONE, z), by=below.law())


def test_a_hypothesis_about_one_index_does_not_act_in_its_limit():
    law = assume(Hypothesis.of(norm(W**N), Relation.LE, ONE))
    with pytest.raises(StepRefusedError, match="hypothesis"):
        start(LimitSuperior(norm(W**N), N)).le(LimitSuperior(ONE, N), by=law)
    theorem = Theorem.of("t", start(norm(W**N)).le(ONE, by=law))
    with pytest.raises(StepRefusedError, match="law “t”"):
        start(LimitSuperior(norm(W**N), N)).le(LimitSuperior(ONE, N), by=theorem.law())


def test_a_size_that_grows_with_the_index_is_about_the_index():
    A_n = sp.MatrixSymbol("A", N + 1, N + 1)
    law = assume(Hypothesis.of(norm(A_n), Relation.LE, ONE))
    with pytest.raises(StepRefusedError, match="hypothesis"):
        start(LimitSuperior(norm(A_n), N)).le(LimitSuperior(ONE, N), by=law)


def test_the_index_of_a_product_starts_at_1():
    with pytest.raises(StepRefusedError, match="1 ≤ lower"):
        start(OrderedProduct(BOUND_INDEX * W, -3, N)).eq(
            OrderedProduct(W * BOUND_INDEX, -3, N), by=ALGEBRA
        )


def test_products_are_not_nested():
    inner = OrderedProduct(BOUND_INDEX * W, 1, N)
    with pytest.raises(StepRefusedError, match="no product"):
        start(OrderedProduct(inner, 1, N)).eq(OrderedProduct(inner, 1, N), by=ALGEBRA)


# --- Laws ---------------------------------------------------------------------------------------


def test_a_polynomial_in_tanh_has_no_other_variable():
    z = sp.Symbol("z", real=True)
    t, slope = ActivationValue("tanh", 0, z), ActivationValue("tanh", 1, z)
    for function, wrong in ((z * t, z * slope), (sp.exp(z) * t, sp.exp(z) * slope)):
        with pytest.raises(StepRefusedError, match="chain rule for polynomials") as refused:
            start(ScalarDerivative(function, z)).eq(wrong, by=POLYNOMIAL_CHAIN_RULE)
        assert refused.value.counterexample is not None


def test_inputs_do_not_depend_on_states_because_nothing_may_define_them():
    x = Input("x", K, D)
    assert start(Jacobian(x, h(0))).eq(sp.ZeroMatrix(D, D), by=JACOBIAN_OF_CONSTANT).steps
    with pytest.raises(StepRefusedError, match="derivative of a constant"):
        start(Jacobian(h(K), h(0))).eq(sp.ZeroMatrix(D, D), by=JACOBIAN_OF_CONSTANT)
    z = Preactivation("z", K, D)
    with pytest.raises(StepRefusedError, match="derivative of a constant"):
        start(Jacobian(z, h(K - 1))).eq(sp.ZeroMatrix(D, D), by=JACOBIAN_OF_CONSTANT)


@pytest.mark.parametrize("middle", [h(K + 1), h(0), State("g", K, D), h(K, E)], ids=str)
def test_the_chain_rule_goes_through_a_state_in_between(middle):
    t = sp.Symbol("t", integer=True, positive=True)
    whole = Jacobian(h(K + t), h(t))
    if middle == h(K + 1):
        middle = h(K + t + 1)
    with pytest.raises(StepRefusedError, match=r"applies nowhere|sizes don't fit"):
        start(whole).eq(
            sp.MatMul(Jacobian(h(K + t), middle), Jacobian(middle, h(t))),
            by=chain_rule_through(middle),
        )


def test_an_inverse_takes_for_granted_that_it_exists():
    zero = assume(Hypothesis.of(A * U, Relation.EQ, sp.ZeroMatrix(D, 1)))
    chain = (
        start(U)
        .eq(sp.MatMul(A.I, A * U, evaluate=False), by=ALGEBRA)
        .eq(sp.MatMul(A.I, sp.ZeroMatrix(D, 1), evaluate=False), by=zero)
        .eq(sp.ZeroMatrix(D, 1), by=ALGEBRA)
    )
    theorem = Theorem.of("kernel of an invertible matrix", chain)
    assert "A is invertible" in [str(hypothesis) for hypothesis in theorem.conditions]


def test_an_inverse_put_in_takes_for_granted_that_it_exists():
    theorem = Theorem.of("t", start(norm(A * B)).le(norm(A) * norm(B), by=SUBMULTIPLICATIVE))
    assert [str(h) for h in theorem.law({B: A.I}).hypotheses] == ["A is invertible"]


def test_a_negative_power_takes_for_granted_that_it_exists():
    chain = start(norm(B * A ** (N - 1))).le(norm(B) * norm(A ** (N - 1)), by=SUBMULTIPLICATIVE)
    assert [str(h) for h in Theorem.of("t", chain).conditions] == ["A is invertible"]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (sp.Mul(X, 1 / X, evaluate=False), ONE),
        (X ** (-N), X ** (-N)),
        (sp.sqrt(X), sp.sqrt(X)),
        (sp.log(X), sp.log(X)),
        (sp.Float(0.1) + X, X + sp.Float(0.1)),
        (sp.nan, sp.nan),
        (sp.zoo, sp.zoo),
        (sp.Add(sp.oo, norm(W), evaluate=False), sp.oo),
        (sp.Symbol("s"), sp.Symbol("s")),
        (sp.Symbol("s", commutative=False), sp.Symbol("s", commutative=False)),
        (sp.Function("f")(X), sp.Function("f")(X)),
        (sp.Sum(K, (K, 1, N)), sp.Sum(K, (K, 1, N))),
        (norm(X), norm(X)),
        (SpectralRadius(U), SpectralRadius(U)),
        (ActivationValue("tanh", 0, sp.Symbol("c", complex=True)), ZERO),
        (Elementwise("tanh", 0, sp.Symbol("c", complex=True) * U), U),
        (Elementwise("tanh", 0, W), W),
        (Diagonal(W), W),
        (Jacobian(W, h(K)), W),
        (Jacobian(U, U), sp.ZeroMatrix(D, D)),
        (ScalarDerivative(sp.Abs(X), X), ZERO),
        (ScalarDerivative(N * X, N), X),
        (LimitSuperior(sp.Integer(-1), N), sp.Integer(-1)),
        (LimitSuperior(norm(W), X), norm(W)),
        (BOUND_INDEX * X, X * BOUND_INDEX),
        (h(-K), h(-K)),
        (Preactivation("z", N, D), Preactivation("z", N, D)),
        (sp.MatrixSymbol("Z", N, N), sp.MatrixSymbol("Z", N, N)),
    ],
    ids=str,
)
def test_what_has_no_meaning_is_no_side(left, right):
    with pytest.raises(
        StepRefusedError, match=r"no meaning|vocabulary|outside it|isn't known|isn't declared"
    ):
        Step(left, Relation.EQ, right, ALGEBRA)


def test_a_limit_with_a_peculiar_index_is_refused():
    for kind in ({"even": True}, {"zero": True}, {"negative": True}):
        index = sp.Symbol("n", integer=True, **kind)
        with pytest.raises(StepRefusedError, match="isn't declared as any integer"):
            start(LimitSuperior(norm(W), index)).eq(norm(W), by=LIMIT_OF_CONSTANT)


def test_infinity_is_no_number():
    limit = LimitSuperior(norm(W**N), N)
    with pytest.raises(StepRefusedError, match="a real number is finite"):
        start(limit).lt(sp.oo, by=FINITE)
    with pytest.raises(StepRefusedError, match="a real number is finite"):
        start(sp.oo).lt(sp.oo, by=FINITE)


def test_a_geometric_limit_needs_a_ratio_that_is_not_negative():
    law = geometric_limit(Hypothesis.of(X, Relation.LT, ONE))
    with pytest.raises(StepRefusedError):
        start(LimitSuperior(X**N, N)).eq(ZERO, by=law)


def test_the_exponential_of_a_complex_number_has_no_range():
    for z in (sp.Symbol("z", complex=True), sp.Symbol("z"), sp.Symbol("z", nonnegative=True), ZERO):
        with pytest.raises(InputError, match="declared real"):
            range_of_exponential(z)


def test_a_range_is_decided_for_rational_coefficients_only():
    z = sp.Symbol("z", real=True)
    law = range_of_exponential(z)
    for right in (sp.exp(z + 1), sp.exp(z) * norm(sp.Identity(2)), sp.exp(z / 2), z):
        with pytest.raises(StepRefusedError, match="aren't rational functions"):
            start(ZERO).lt(right, by=law)


def test_a_transposed_vector_is_not_the_vector_and_factors_keep_their_order():
    for wrong in (B * A, A.T * B.T, (A * B).T, B.T * A.T):
        with pytest.raises(StepRefusedError, match="different normal forms") as refused:
            start(A * B).eq(wrong, by=ALGEBRA)
        assert refused.value.counterexample is not None
    diagonal = Diagonal(Elementwise("tanh", 1, U))
    with pytest.raises(StepRefusedError, match="different normal forms"):
        start(diagonal * W).eq(W * diagonal, by=ALGEBRA)
    assert start((diagonal * W).T).eq(W.T * diagonal, by=ALGEBRA).steps


def test_a_number_declared_complex_and_not_0_may_be_divided_by():
    # SymPy's “nonzero” means real too, so that it is the wrong declaration of an eigenvalue.
    c = sp.Symbol("c", complex=True, zero=False)
    assert start(c / c**2).eq(1 / c, by=ALGEBRA).steps
    free = sp.Symbol("f", complex=True)
    with pytest.raises(StepRefusedError, match="differ from 0"):
        start(1 / free).eq(1 / free, by=ALGEBRA)


def test_a_theorem_about_one_z_bounds_no_diagonal_matrix():
    slope = sp.Abs(ActivationValue("phi", 1, X))
    theorem = Theorem.of(
        "t", start(slope).le(ONE, by=assume(Hypothesis.of(slope, Relation.LE, ONE)))
    )
    with pytest.raises(InputError, match="doesn't hold for all real x"):
        diagonal_norm_by(theorem)


def test_from_above_needs_a_left_side_without_r():
    # (a + r)/2 ≤ r for every r > a, but (a + r)/2 ≤ a for none.
    a, r = sp.Symbol("a", nonnegative=True), sp.Symbol("r", positive=True)
    law = assume(Hypothesis.of(a, Relation.LT, r))
    theorem = Theorem.of("t", start(a / 2 + r / 2).le(r, by=law))
    with pytest.raises(InputError, match="for all r"):
        from_above(theorem, r, name="f")
