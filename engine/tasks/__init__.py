"""What the one loop asks of a recipe’s material: one kind of it a file."""
