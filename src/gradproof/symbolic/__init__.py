"""Derivations for symbolic dimension: expressions, laws, steps, and the theorems made of them."""
