"""Drives: a camera and a laser that look at one street, from files or made here. No torch here."""
