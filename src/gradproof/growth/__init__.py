"""Growth of gradients over all inputs: certified rates of decay, and inputs that make them grow."""
