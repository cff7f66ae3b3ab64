"""Certificates as Coq files, which the kernel of Coq proves for the very matrix, or refuses."""
