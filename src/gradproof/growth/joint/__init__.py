"""Parts of the joint spectral radius: words from below, norms and polytopes from above."""
