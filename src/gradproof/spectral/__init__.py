"""Eigenvalues, singular values and powers: floating point, exact, and enclosed."""
