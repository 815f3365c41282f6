"""Where the window's own files are."""

from engine.places import resource

__all__ = ["resource"]
