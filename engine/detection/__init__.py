"""Learning to answer with boxes: how much boxes share, who is matched with whom, and what the answer costs."""

from engine.detection.loss import BoxLoss, BoxLossSettings
from engine.detection.truth import Truth

__all__ = ["BoxLoss", "BoxLossSettings", "Truth"]
