"""Colours per point, (N, 3) float32 in 0..1, from the ramps and class colours of the theme."""

import numpy as np
from PySide6.QtGui import QColor

from engine.orbit import Floats, Orbit
from engine.shading import crowding
from workbench import theme


def token_color(color: str | int) -> QColor:
    """A token's colour by name, or a class's by its position among the known kinds."""
    return theme.class_color(color) if isinstance(color, int) else theme.color(color)


def rgb(color: QColor) -> tuple[float, float, float]:
    """Red, green and blue in 0..1."""
    return color.redF(), color.greenF(), color.blueF()


def by_kind(points: Floats, color: str | int) -> Floats:
    """Every point in the one colour of its kind."""
    return np.tile(np.array(rgb(token_color(color)), np.float32), (len(points), 1))


def by_height(points: Floats) -> Floats:
    """From the floor to the top."""
    return ramped(_spread(points[:, 2]), "height")


def by_depth(points: Floats, orbit: Orbit) -> Floats:
    """From near to far, as seen from where the eye is now."""
    return ramped(1 - _spread(points @ orbit.axes()[2]), "depth")


def by_crowding(points: Floats) -> Floats:
    """From sparse to crowded."""
    return ramped(crowding(points), "attention")


def ramped(values: Floats, name: str) -> Floats:
    """Values 0..1 as colours of a ramp of the theme."""
    return between(values, stops_of(name))


def stops_of(name: str) -> Floats:
    """(S, 3): the stops of a ramp of the theme."""
    return np.array([rgb(stop) for stop in theme.ramp(name)], dtype=np.float32)


def between(values: Floats, stops: Floats) -> Floats:
    """Values 0..1 as colours between stops (S, 3)."""
    place = np.linspace(0, 1, len(stops))
    channels = [np.interp(values, place, stops[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=1).astype(np.float32)


def _spread(values: Floats) -> Floats:
    low, high = values.min(), values.max()
    return np.asarray((values - low) / max(float(high - low), 1e-6), dtype=np.float32)
