"""Statements, the evidence for them, and the engine that checks them."""
