"""Runs beside each other and beside the paper: what differs, seeds folded, rows and curves. Derived, never stored."""
