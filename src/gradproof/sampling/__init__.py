"""Hypothesis strategies, and properties that are searched for a counterexample."""
