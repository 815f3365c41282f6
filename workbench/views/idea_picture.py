"""How an idea's look is drawn: its colours on the points, and a small picture from close by."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from PySide6.QtCore import QSize

from engine.orbit import Floats, Frame
from engine.picture import Picture, splat, usual_radius
from workbench import theme
from workbench.models.attention import looked_at, relative
from workbench.models.concepts import Look
from workbench.views.colours import between, rgb, stops_of

_WIDER = 2.3  # the picture's radius by how far what is looked at spreads
_NEAREST = 0.35  # of the cloud's radius: closer, one sees only balls


@dataclass(frozen=True)
class Dye:
    """The colours of the theme now in use, kept for a picture that is drawn in the background."""

    grey: Floats
    stops: Floats

    @staticmethod
    def now() -> "Dye":
        """Of the theme now in use."""
        return _dye(theme.is_dark())

    def of(self, share: Floats) -> Floats:
        """(N, 3): grey, the more of the attention ramp the more a point is looked at; share (N,) of the largest."""
        much = looked_at(share)
        return np.asarray(
            self.grey + much[:, None] * (between(much, self.stops) - self.grey), dtype=np.float32
        )

    def plain(self, count: int) -> Floats:
        """(count, 3) of grey."""
        return np.tile(self.grey, (count, 1))


@cache
def _dye(_dark: bool) -> Dye:
    stops, ink = stops_of("attention"), np.array(rgb(theme.color("ink3")), np.float32)
    return Dye(stops[0] + np.float32(0.3) * (ink - stops[0]), stops)


def aimed(points: Floats, share: Floats, width: int, height: int) -> tuple[Frame, float]:
    """The frame around what is looked at, on the cloud's own floor, and the zoom that fills the picture with it."""
    whole = Frame.around(points)
    weight = np.maximum(share, 1e-6)[:, None] ** 2
    centre = (points * weight).sum(axis=0) / weight.sum()
    spread = float(np.sqrt((((points - centre) ** 2) * weight).sum() / weight.sum()))
    size = float(np.hypot(whole.radius, whole.half_height))
    near = min(max(_WIDER * spread, _NEAREST * size), size)
    above = max(float(centre[2]) - whole.floor, 0.05 * size)
    frame = Frame(centre.astype(np.float32), whole.radius, above)
    return frame, min(width, height) / (2 * near) / frame.pixels_per_unit(width, height)


def picture_of(look: Look, weights: Floats, dye: Dye, size: QSize, light_theme: bool) -> Picture:
    """The cloud from close by where its patch weights (G,) are high."""
    share = look.spread.of(relative(weights))
    width, height = size.width(), size.height()
    frame, zoom = aimed(look.points, share, width, height)
    whole = Frame.around(look.points)
    closer = zoom * frame.pixels_per_unit(width, height) / whole.pixels_per_unit(width, height)
    return splat(
        look.points,
        dye.of(share),
        width,
        height,
        light_theme=light_theme,
        zoom=zoom,
        radius_px=usual_radius(len(look.points), width, height) * closer / zoom,
        local=look.light,
        frame=frame,
    )
