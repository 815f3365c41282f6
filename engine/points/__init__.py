"""Operations on batches of points (B, N, 3), on whatever device they are."""

from engine.points.normalise import normalise

__all__ = ["normalise"]
