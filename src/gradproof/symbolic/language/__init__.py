"""What derivations are written in: expressions, their notation, their meaning, and relations."""
