"""What can be proved, and what is commonly concluded, about a recurrent layer of a network."""
