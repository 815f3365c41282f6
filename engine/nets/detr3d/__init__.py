"""3DETR (Misra, Girdhar, Joulin, ICCV 2021): a transformer that answers a scene with boxes, and its variants."""

from engine.nets.detr3d.proposals import Proposals
from engine.nets.detr3d.settings import DetectorSettings

__all__ = ["DetectorSettings", "Proposals"]
