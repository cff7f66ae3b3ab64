"""Reports in, text out: terminal, JSON, LaTeX."""
