"""Mixtures: ways to make a cloud of no known kind from clouds of different known kinds, one a file."""
