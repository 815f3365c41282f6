"""How good the answers are: numbers and curves from stored arrays, in numpy alone."""
