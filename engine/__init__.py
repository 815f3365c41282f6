"""The engine: an experiment goes in, events come out, a run folder is left behind. Knows no Qt."""

__version__ = "0.1.0"
