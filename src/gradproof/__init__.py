"""Machine-checked mathematics of vanishing and exploding gradients."""

__version__ = "0.1.0"
