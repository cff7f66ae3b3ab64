"""False sentences about recurrent networks: each is refuted, with a witness that is one.

Every sentence is handed to the engine as a claim that is expected to hold. It must come back as
failing, with the values at which it fails, and those values must refute it when they are put back.
"""

import numpy as np
import pytest
from hypothesis import strategies as st

from gradproof.claims.check import check
from gradproof.claims.claim import claim
from gradproof.claims.evidence import enclosed, sampled
from gradproof.gradients.activations import TANH
from gradproof.gradients.backpropagation import backpropagate
from gradproof.gradients.differences import complex_step_state_jacobian
from gradproof.gradients.network import ElmanNetwork, Trajectory, forward, slopes, state_jacobians
from gradproof.gradients.products import jacobian_product
from gradproof.gradients.tolerances import complex_step_tolerance, jacobian_product_error_upper
from gradproof.sampling.properties import at_most, close
from gradproof.spectral.enclosures import enclose_spectral_norm, enclose_spectral_radius
from gradproof.spectral.spectra import (
    power_norms,
    smallest_singular_value,
    spectral_norm,
    spectral_radius,
)
from gradproof.strategies import integer_matrices, recurrent_matrices, trajectories
from gradproof.verdict import Grade, Verdict

# A false bound is broken by far more than this; every true one holds to rounding (1e-12 here:
# products of at most 20 factors of size d ≤ 6).
SLACK = 1e-9
BECAUSE = "far above rounding"
DRAWN = {"drawn": trajectories()}
CONTRACTING = {"W": recurrent_matrices(spectral_radius=0.75)}
PAIRS = {
    "A": integer_matrices(2),
    "B": integer_matrices(2),
}


def product_of(drawn):
    return jacobian_product(*drawn).to_array()


def against_complex_step(drawn, candidate):
    network, run = drawn
    close(
        candidate,
        complex_step_state_jacobian(network, run),
        tolerance=complex_step_tolerance(network, run) + jacobian_product_error_upper(network, run),
        because="derived bounds",
    )


def transposed_jacobian(drawn):
    network, run = drawn
    against_complex_step(drawn, network.recurrent_weight.T * slopes(network, run)[0])


def slopes_on_the_right(drawn):
    network, run = drawn
    against_complex_step(drawn, network.recurrent_weight * slopes(network, run)[0])


def missing_slope(drawn):
    against_complex_step(drawn, drawn[0].recurrent_weight)


def wrong_sign(drawn):
    against_complex_step(drawn, -product_of(drawn))


def oldest_factor_on_the_left(drawn):
    product = np.eye(drawn[0].state_size)
    for factor in state_jacobians(*drawn):
        product = product @ factor
    against_complex_step(drawn, product)


def one_factor_too_few(drawn):
    network, run = drawn
    against_complex_step(drawn, jacobian_product(network, run, start=1).to_array())


def slope_constant_too_small(drawn):
    network, run = drawn
    bound = (0.9 * spectral_norm(network.recurrent_weight)) ** run.steps
    at_most(spectral_norm(product_of(drawn)), bound, slack=SLACK, because=BECAUSE)


def bound_turned_round(drawn):
    network, run = drawn
    bound = spectral_norm(network.recurrent_weight) ** run.steps
    at_most(bound, spectral_norm(product_of(drawn)), slack=SLACK, because=BECAUSE)


def strict_for_non_strict(drawn):
    network, run = drawn
    bound = spectral_norm(network.recurrent_weight) ** run.steps
    assert spectral_norm(product_of(drawn)) < bound


def spectral_radius_bounds_the_product(drawn):
    network, run = drawn
    bound = spectral_radius(network.recurrent_weight) ** run.steps
    at_most(spectral_norm(product_of(drawn)), bound, slack=SLACK, because=BECAUSE)


def explosion_without_slopes(drawn):
    network, run = drawn
    bound = smallest_singular_value(network.recurrent_weight) ** run.steps
    at_most(bound, smallest_singular_value(product_of(drawn)), slack=SLACK, because=BECAUSE)


def contraction_has_norm_at_most_one(W):
    assert power_norms(W, 8).max() <= 1 + SLACK


def power_norms_fall_monotonically(W):
    norms = power_norms(W, 8)
    assert (np.diff(norms) <= SLACK).all()


def norm_is_the_spectral_radius(W):
    at_most(spectral_norm(W), spectral_radius(W), slack=SLACK, because=BECAUSE)


def radius_is_submultiplicative(A, B):
    bound = spectral_radius(A) * spectral_radius(B)
    # Eigenvalues of integer 2×2 matrices are rounded by √u at most, where they are defective.
    at_most(spectral_radius(A @ B), bound, slack=1e-6, because="√u")


def radius_is_subadditive(A, B):
    bound = spectral_radius(A) + spectral_radius(B)
    at_most(spectral_radius(A + B), bound, slack=1e-6, because="√u")


def norm_is_multiplicative(A, B):
    close(
        spectral_norm(A @ B), spectral_norm(A) * spectral_norm(B), tolerance=SLACK, because=BECAUSE
    )


def slope_of_tanh_is_at_most_a_half(z):
    at_most(float(TANH.derivative(np.array(z))), 0.5, slack=0.0, because="the sentence")


def weight_gradient_takes_the_newest_state(drawn):
    """∂L/∂W with h_t in place of h_{t−1}: off by one step."""
    network, run = drawn
    cotangent = np.ones(network.state_size)
    right = backpropagate(network, run, cotangent)
    shifted = np.zeros_like(right.recurrent_weight)
    for t in range(1, run.steps + 1):
        later = jacobian_product(network, run, start=t).to_array()
        shifted += np.outer(slopes(network, run)[t - 1] * (cotangent @ later), run.states[t])
    close(shifted, right.recurrent_weight, tolerance=SLACK, because=BECAUSE)


FALSEHOODS = [
    ("∂h_1/∂h_0 = Wᵀ diag(tanh′(z_1))", transposed_jacobian, {"drawn": trajectories(steps=1)}),
    ("∂h_1/∂h_0 = W diag(tanh′(z_1))", slopes_on_the_right, {"drawn": trajectories(steps=1)}),
    ("∂h_1/∂h_0 = W", missing_slope, {"drawn": trajectories(steps=1)}),
    ("∂h_T/∂h_0 = −J_T ⋯ J_1", wrong_sign, DRAWN),
    ("∂h_T/∂h_0 = J_1 J_2 ⋯ J_T", oldest_factor_on_the_left, DRAWN),
    ("∂h_T/∂h_0 = J_T ⋯ J_2", one_factor_too_few, DRAWN),
    ("‖∂h_T/∂h_0‖ ≤ (0.9 ‖W‖)^T", slope_constant_too_small, DRAWN),
    ("‖∂h_T/∂h_0‖ ≥ ‖W‖^T", bound_turned_round, DRAWN),
    ("‖∂h_T/∂h_0‖ < ‖W‖^T", strict_for_non_strict, DRAWN),
    ("‖∂h_T/∂h_0‖ ≤ ρ(W)^T", spectral_radius_bounds_the_product, DRAWN),
    ("σ_min(∂h_T/∂h_0) ≥ σ_min(W)^T", explosion_without_slopes, DRAWN),
    ("ρ(W) < 1 implies ‖Wⁿ‖ ≤ 1", contraction_has_norm_at_most_one, CONTRACTING),
    ("ρ(W) < 1 makes ‖Wⁿ‖ fall", power_norms_fall_monotonically, CONTRACTING),
    ("‖W‖ = ρ(W)", norm_is_the_spectral_radius, CONTRACTING),
    ("ρ(A B) ≤ ρ(A) ρ(B)", radius_is_submultiplicative, PAIRS),
    ("ρ(A + B) ≤ ρ(A) + ρ(B)", radius_is_subadditive, PAIRS),
    ("‖A B‖ = ‖A‖ ‖B‖", norm_is_multiplicative, PAIRS),
    ("tanh′ ≤ 1/2", slope_of_tanh_is_at_most_a_half, {"z": st.floats(-5, 5)}),
    ("∂L/∂W = Σ D_t δ_t h_tᵀ", weight_gradient_takes_the_newest_state, DRAWN),
]


@pytest.mark.parametrize(
    ("sentence", "law", "strategies"), FALSEHOODS, ids=[law.__name__ for _, law, _ in FALSEHOODS]
)
def test_a_false_sentence_is_refuted_by_values_that_refute_it(sentence, law, strategies):
    kept = {}

    def remembering(**arguments):
        try:
            law(**arguments)
        except AssertionError:
            kept.update(arguments)
            raise

    def investigate(run):
        yield sampled(remembering, run, **strategies)

    (report,) = check([claim(sentence)(investigate)], profile="ci").claims
    assert report.judgement.verdict is Verdict.FAILS
    assert report.judgement.grade is Grade.FLOAT
    assert not report.as_declared
    assert set(report.judgement.witness.values) == set(strategies)
    with pytest.raises(AssertionError):
        law(**kept)


@pytest.mark.parametrize(
    "law", [strict_for_non_strict, slope_constant_too_small], ids=["strict", "small"]
)
def test_the_witness_text_rebuilds_the_case(law):
    def investigate(run):
        yield sampled(law, run, **DRAWN)

    (report,) = check([claim("false")(investigate)], profile="ci").claims
    names = {
        "np": np,
        "ElmanNetwork": ElmanNetwork,
        "Trajectory": Trajectory,
        "TANH": TANH,
    }
    network, run = eval(report.judgement.witness.values["drawn"], names)
    again = forward(network, run.initial_state, run.inputs)
    with pytest.raises(AssertionError):
        law((network, again))


@pytest.mark.parametrize(
    ("sentence", "value", "relation", "bound"),
    [
        ("‖[[0, 2], [0, 0]]‖ < 1", enclose_spectral_norm([[0, 2], [0, 0]]), "<", 1.0),
        ("ρ([[1, 1], [0, 1]]) < 1", enclose_spectral_radius([[1, 1], [0, 1]]), "<", 1.0),
        ("ρ([[0, 1], [1, 0]]) > 1", enclose_spectral_radius([[0, 1], [1, 0]]), ">", 1.0),
    ],
    ids=["norm", "Jordan block", "swap"],
)
def test_a_false_bound_is_refuted_rigorously(sentence, value, relation, bound):
    def investigate(run):
        yield enclosed("the value", value, relation, bound)

    (report,) = check([claim(sentence, scope="instance")(investigate)], profile="quick").claims
    assert report.judgement.verdict is Verdict.FAILS
    assert report.judgement.grade >= Grade.ENCLOSED
    assert report.judgement.witness is not None
