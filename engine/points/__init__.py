"""Operations on batches of points (B, N, 3), on whatever device they are."""

from engine.points.chamfer import chamfer
from engine.points.farthest import farthest_points
from engine.points.mix import mix, mix_groups
from engine.points.neighbours import nearest
from engine.points.normalise import normalise
from engine.points.patches import Patches, patches

__all__ = [
    "Patches",
    "chamfer",
    "farthest_points",
    "mix",
    "mix_groups",
    "nearest",
    "normalise",
    "patches",
]
