"""The window: shows what the engine does and tells it what to do. Knows no torch."""
