"""The camera student of ClassroomNet: a full-resolution trunk, one channel for each teacher and a free one, a detector.

Nothing here imports torchvision before a net is built.
"""

from engine.nets.classroom.answers import ClassroomAnswer, Fed, Found, PictureTruth
from engine.nets.classroom.settings import GROUPS, TEACHERS, ClassroomSettings

__all__ = [
    "GROUPS",
    "TEACHERS",
    "ClassroomAnswer",
    "ClassroomSettings",
    "Fed",
    "Found",
    "PictureTruth",
]
