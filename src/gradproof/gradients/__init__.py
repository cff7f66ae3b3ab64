"""Numeric networks: trajectories, Jacobians, their products, and differences that check them."""
