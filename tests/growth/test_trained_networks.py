"""Networks that learned something: each is decided, and the decision holds along its runs."""

import math

import numpy as np
import pytest
from training import trained_networks

from gradproof.gradients.network import forward
from gradproof.gradients.products import jacobian_products
from gradproof.growth.decision import Decay, ExplosionPossible, decide


@pytest.fixture(scope="module")
def networks():
    return trained_networks(8, 6) + trained_networks(16, 3)


def test_all_are_decided_and_both_ways(networks):
    decisions = [decide(network.recurrent_weight) for network in networks]
    kinds = {type(decision) for decision in decisions}
    assert {Decay, ExplosionPossible} <= kinds
    decided = sum(isinstance(found, Decay | ExplosionPossible) for found in decisions)
    assert decided >= len(networks) - 1
    # The norm decides fewer of them.
    by_norm = sum(np.linalg.norm(n.recurrent_weight, 2) < 1 for n in networks)
    assert by_norm < sum(isinstance(found, Decay) for found in decisions)


def test_gradients_of_the_decaying_ones_stay_below_their_bound(networks):
    generator = np.random.default_rng(0)
    seen = 0
    for network in networks:
        found = decide(network.recurrent_weight)
        if not isinstance(found, Decay):
            continue
        seen += 1
        for scale in (0.0, 1.0):
            inputs = scale * generator.normal(size=(50, 1))
            run = forward(network, np.zeros(network.state_size), inputs)
            for n, product in enumerate(jacobian_products(network, run)):
                assert product.log_norm() <= math.log(found.constant * found.rate**n) + 1e-9
    assert seen
