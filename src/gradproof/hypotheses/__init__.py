"""Whether a hypothesis is needed: instances at which a statement fails without it."""
