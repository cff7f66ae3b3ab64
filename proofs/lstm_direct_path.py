"""The direct path of the LSTM: ∂c_k/∂c_{k−1} = diag(f_k) with h_{k−1} held fixed.

Without a forget gate it is I. What the whole derivative over several steps is, lstm_paths says.
"""

from gradproof import Source, claim, main
from gradproof.symbolic.theorems import highway


@claim(
    "∂c_k/∂c_{k−1} = diag(f_k) for the LSTM, and I for the LSTM without forget gate, h_{k−1} being "
    "held fixed",
    title="Direct path of the LSTM",
    source=Source("HochreiterSchmidhuber1997", "Sections 3.2 and 4, the constant error carrousel"),
    derivation=highway.lstm_direct_path,
)
def lstm_direct_path(run):
    return ()


if __name__ == "__main__":
    main(__file__)
