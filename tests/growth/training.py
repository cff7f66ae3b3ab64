"""Small tanh networks, trained by backpropagation through time to recall the first input."""

from __future__ import annotations

import numpy as np

from gradproof.gradients.backpropagation import backpropagate
from gradproof.gradients.network import ElmanNetwork, forward

STEPS, RATE, CLIP = 8, 0.5, 1.0


def trained_networks(size, count, updates=150):
    """Return networks of that size, one for each seed and gain of the initial W, in turn."""
    gains = (0.5, 0.9, 1.2)
    return [trained(size, gains[seed % len(gains)], seed, updates) for seed in range(count)]


def trained(size, gain, seed, updates):
    """Minimise (vᵀh_T − x_1)²/2 by stochastic gradient descent with clipping."""
    generator = np.random.default_rng([size, seed])
    W = gain * generator.normal(size=(size, size)) / np.sqrt(size)
    U = generator.normal(size=(size, 1))
    b, v = np.zeros(size), generator.normal(size=size) / np.sqrt(size)
    for _ in range(updates):
        network = ElmanNetwork(W, U, b)
        inputs = generator.normal(size=(STEPS, 1))
        inputs[0] = generator.choice([-1.0, 1.0])
        run = forward(network, np.zeros(size), inputs)
        error = float(v @ run.states[-1] - inputs[0, 0])
        found = backpropagate(network, run, error * v)
        gradients = [found.recurrent_weight, found.input_weight, found.bias]
        gradients.append(error * run.states[-1])
        norm = np.sqrt(sum(float(np.sum(g * g)) for g in gradients))
        step = RATE / np.sqrt(size) * min(1.0, CLIP / (norm + 1e-12))
        W, U, b, v = (old - step * g for old, g in zip((W, U, b, v), gradients, strict=True))
    return ElmanNetwork(W, U, b)
