"""Weights that others trained: read without running anything in them, renamed, and matched tensor by tensor."""

from engine.pretrained.matching import Match, take

__all__ = ["Match", "take"]
