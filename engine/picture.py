"""Draws a cloud as shaded spheres with numpy alone: for thumbnails, reports, no-GL views."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.orbit import AZIMUTH, ELEVATION, Floats, Frame, Orbit, project
from engine.shading import floor_shadow, local_light, shade_points

Picture = NDArray[np.uint8]
Indices = NDArray[np.int64]
LIGHT = (-0.38, 0.68, 0.63)  # where the light is: right, up, towards the eye
_CHUNK = 200_000  # fragments at a time: the work stays in the processor's cache
_SHADOW_STEP = 4  # the shadow is soft: one sample for 4 x 4 pixels


def splat(
    points: Floats,
    colors: Floats,
    width: int,
    height: int,
    *,
    azimuth: float = AZIMUTH,
    elevation: float = ELEVATION,
    radius_px: float | None = None,
    background: tuple[int, int, int, int] | None = None,
    light_theme: bool = False,
    zoom: float = 1.0,
    aim: tuple[float, float, float] = (0.0, 0.0, 0.0),
    local: Floats | None = None,
    frame: Frame | None = None,
    supersample: int = 2,
    sizes: Floats | None = None,
) -> Picture:
    """(height, width, 4) uint8 RGBA, straight alpha, of points (N, 3), z up, colors (N, 3) 0..1.

    `radius_px`: a sphere's radius at the centre, None: from how many there are. `aim`:
    what the eye looks at, from the frame's middle. `local`: `local_light(points)` where the caller
    keeps it. `frame`: what is in the picture, None: the points. No background: transparent around the cloud.
    `sizes` (N,): how much larger than usual each sphere is.
    """
    picture = np.zeros((height, width, 4), dtype=np.float32)
    if len(points):
        points = np.ascontiguousarray(points, dtype=np.float32)
        radius = zoom * (radius_px or usual_radius(len(points), width, height))
        orbit = Orbit(azimuth, elevation, zoom, aim)
        shot = _Shot(frame or Frame.around(points), orbit, width, height, radius, light_theme)
        lit = shade_points(colors, local_light(points) if local is None else local, light_theme)
        picture = _spheres(points, lit, shot, supersample, sizes)
        _add_shadow(picture, points, shot)
    if background is not None:
        under = np.array(background, dtype=np.float32) / np.float32(255)
        under[:3] *= under[3]
        picture += (1 - picture[..., 3:]) * under
    picture[..., :3] /= np.maximum(picture[..., 3:], 1e-6)
    picture *= 255
    picture += 0.5
    return np.minimum(picture, 255, out=picture).astype(np.uint8)


def to_png(picture: Picture) -> bytes:
    """The picture (H, W, 3 or 4) as the bytes of a PNG file."""
    target = io.BytesIO()
    Image.fromarray(picture).save(target, "PNG", compress_level=4)
    return target.getvalue()


def usual_radius(count: int, width: float, height: float) -> float:
    """A sphere radius in pixels that closes a surface: 8.5 for 1,024 points on 530 pixels."""
    sparse: float = (1024 / max(count, 64)) ** 0.5
    share: float = (min(width, height) / 530) ** 0.8
    return max(0.8, 8.5 * share * sparse)


@dataclass(frozen=True)
class _Shot:
    """One picture to be taken: what, from where, how large, and the spheres' radius in pixels."""

    frame: Frame
    orbit: Orbit
    width: int
    height: int
    radius: float
    light_theme: bool


def _spheres(
    points: Floats, colors: Floats, shot: _Shot, fine: int, sizes: Floats | None
) -> Floats:
    """(H, W, 4) premultiplied: the sphere in front, averaged over fine x fine pixels."""
    wide, high = shot.width * fine, shot.height * fine
    seen = project(points, shot.frame, shot.orbit, wide, high)
    unit = shot.frame.pixels_per_unit(wide, high, shot.orbit.zoom)
    own = shot.radius if sizes is None else shot.radius * sizes
    ball = np.maximum(own * fine * seen[:, 3] / unit, 0.75)
    owner, x, y = _in_front(seen, ball, wide, high)
    right = (x - seen[owner, 0]) / ball[owner]
    up = (seen[owner, 1] - y) / ball[owner]
    front = np.sqrt(np.maximum(0, 1 - right * right - up * up))
    facing = np.maximum(0, right * LIGHT[0] + up * LIGHT[1] + front * LIGHT[2])
    rim, span, fog = (0.70, 0.34, 0.14) if shot.light_theme else (0.60, 0.50, 0.18)
    # Fog: what lies behind is nearer to the backdrop.
    behind = (fog * np.clip(0.5 - seen[:, 2] / (2 * shot.frame.radius), 0, 1))[owner]
    light = (rim + span * facing) * (1 - behind)
    cell = y // fine * shot.width + x // fine
    share = 1 / (fine * fine)
    picture = np.empty((shot.height * shot.width, 4), dtype=np.float32)
    picture[:, 3] = np.bincount(cell, minlength=len(picture)) * share
    for channel in range(3):
        value = np.minimum(colors[owner, channel] * light + shot.light_theme * behind, 1)
        picture[:, channel] = np.bincount(cell, value, len(picture)) * share
    return picture.reshape(shot.height, shot.width, 4)


def _in_front(seen: Floats, ball: Floats, wide: int, high: int) -> tuple[Indices, Indices, Indices]:
    """For every covered pixel the index of the sphere in front, its x and its y, (M,) each.

    Depth and index share one integer, so that one `maximum.at` is the whole z-buffer; a margin
    as wide as two spheres spares the test for the picture's edge.
    """
    reach = int(np.ceil(ball.max()))
    side = np.arange(-reach, reach + 1)
    square = (side * side + (side * side)[:, None]).ravel()
    stamp = np.flatnonzero(square <= (reach + 0.5) ** 2)
    padded = wide + 4 * reach
    offset = stamp // len(side) * padded + stamp % len(side)
    x, y = np.rint(seen[:, :2]).astype(np.int64).T
    shown = np.flatnonzero((x >= -reach) & (x < wide + reach) & (y >= -reach) & (y < high + reach))
    home = (y + reach) * padded + x + reach
    low = seen[:, 2].min()
    step = np.float32(2**24 / (np.ptp(seen[:, 2]) + (ball / seen[:, 3]).max() + 1e-9))
    buffer = np.full((high + 4 * reach) * padded, -1, dtype=np.int64)
    for part in np.array_split(shown, len(shown) * len(offset) // _CHUNK + 1):
        bulge = (ball[part] ** 2)[:, None] - square[stamp].astype(np.float32)
        depth = np.sqrt(np.maximum(bulge, 0)) / seen[part, 3, None] + (seen[part, 2, None] - low)
        key = (depth * step).astype(np.int64) * len(seen) + part[:, None]
        key[bulge < 0] = -1
        np.maximum.at(buffer, (home[part, None] + offset).ravel(), key.ravel())
    middle = slice(2 * reach, 2 * reach + high), slice(2 * reach, 2 * reach + wide)
    inner = buffer.reshape(-1, padded)[middle]
    y, x = np.nonzero(inner >= 0)
    return inner[y, x] % len(seen), x, y


def _add_shadow(picture: Floats, points: Floats, shot: _Shot) -> None:
    """Put the floor's shadow behind the spheres, in place; none as seen from under the floor."""
    if shot.orbit.elevation < 1:
        return
    grid, half = floor_shadow(points, shot.frame)
    dark = _sample(grid, _floor_places(shot) / half)
    soft = Image.fromarray(dark).resize((shot.width, shot.height), Image.Resampling.BICUBIC)
    tint, strength = ((0.16, 0.235, 0.29), 0.30) if shot.light_theme else ((), 0.55)
    alpha = np.clip(np.asarray(soft), 0, 1) * strength * (1 - picture[..., 3])
    picture[..., 3] += alpha
    for channel, value in enumerate(tint):
        picture[..., channel] += alpha * np.float32(value)


def _floor_places(shot: _Shot) -> Floats:
    """(H / 4, W / 4, 2): where a pixel's line of sight meets the floor, or nan."""
    frame, (right, up, toward) = shot.frame, shot.orbit.axes()
    unit = frame.pixels_per_unit(shot.width, shot.height, shot.orbit.zoom)
    u = (np.arange(0, shot.width, _SHADOW_STEP) + (_SHADOW_STEP - shot.width) / 2) / unit
    v = ((shot.height - _SHADOW_STEP) / 2 - np.arange(0, shot.height, _SHADOW_STEP)) / unit
    eye = toward * frame.distance
    ray = u[None, :, None] * right + v[:, None, None] * up - eye
    ray[ray[..., 2] >= 0] = np.nan
    eye += np.asarray(shot.orbit.aim, np.float32)
    floor = -frame.half_height - shot.radius / unit
    time = (floor - eye[2]) / ray[..., 2:]
    return np.asarray(eye[:2] + time * ray[..., :2], dtype=np.float32)


def _sample(grid: Floats, place: Floats) -> Floats:
    """Bilinear values of a grid over [-1, 1] x [-1, 1] at places (..., 2) of x, y; 0 outside."""
    cell = (place + 1) * len(grid) / 2 - 0.5
    inside = np.asarray(((cell >= 0) & (cell < len(grid) - 1)).all(axis=-1))
    cell = np.where(inside[..., None], cell, 0)
    x, y = np.moveaxis(cell.astype(np.intp), -1, 0)
    fx, fy = np.moveaxis(cell % 1, -1, 0)
    top = grid[y, x] * (1 - fx) + grid[y, x + 1] * fx
    bottom = grid[y + 1, x] * (1 - fx) + grid[y + 1, x + 1] * fx
    return np.asarray((top * (1 - fy) + bottom * fy) * inside, dtype=np.float32)
