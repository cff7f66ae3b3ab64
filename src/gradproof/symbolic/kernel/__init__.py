"""What is believed: the laws, the steps that they check, and the theorems made of steps."""
