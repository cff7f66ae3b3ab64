"""What is proved: each theorem is a function that derives it anew, step by checked step."""
