"""Theorems that a proof assistant's kernel checks: the Coq theories of proofs/formal."""
