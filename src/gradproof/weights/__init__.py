"""Weights of trained networks: files are read lazily and safely, recurrent layers found by name."""
