"""Bring your own: a finished run answers about any mesh or scan, and a copy of it learns a kind from examples."""
