"""Recipes: one kind of experiment a file. A recipe says what is trained, with whom, and which losses there are."""
