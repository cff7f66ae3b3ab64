"""Properties that are searched for a counterexample, at random and in order of size."""
