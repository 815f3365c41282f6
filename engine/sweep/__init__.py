"""Sweeps: many runs from one file, shared by any number of workers, and the table they end in."""
