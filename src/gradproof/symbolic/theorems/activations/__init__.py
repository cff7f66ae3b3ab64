"""The activations: the derivatives of each, their exact ranges and their greatest moduli."""
