"""Over several steps, c_T depends on c_t by the direct path and by paths through h.

∂c_{t+n+1}/∂c_t = diag(f_{t+n+1}) ∂c_{t+n}/∂c_t + (∂c_{t+n+1}/∂h_{t+n}) ∂h_{t+n}/∂c_t. This is the
exact statement of the gradient highway: the first term is the highway, the second what a text
leaves out that takes the product of the forget gates for the gradient.
"""

from gradproof import claim, main
from gradproof.symbolic.theorems import highway


@claim(
    "∂c_{t+n+1}/∂c_t = diag(f_{t+n+1}) ∂c_{t+n}/∂c_t + ∂c_{t+n+1}/∂h_{t+n} ∂h_{t+n}/∂c_t for the "
    "LSTM, with ∂c_k/∂h_{k−1} as derived; likewise, with I for diag(f), without forget gate",
    title="Paths through the LSTM",
    derivation=highway.lstm_paths,
)
def lstm_paths(run):
    return ()


if __name__ == "__main__":
    main(__file__)
