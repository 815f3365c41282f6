"""One frame of a depth camera: a colour picture, a depth picture, a pose; and the cloud that it shows, upright."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.datasets.pairs.pair import Pair, drawn, square
from engine.formats.bounded import Damage, check_pixels, plain
from engine.words import say

Up = Literal["x", "y", "z", "-x", "-y", "-z"]
Matrix = NDArray[np.float64]
MOST_PIXELS = 50_000_000
_FEWEST = 64  # pixels with a depth


@dataclass(frozen=True)
class Frame:
    """What belongs to one moment. pose (4, 4): camera to world; intrinsics of both pictures (3, 3), in pixels.

    `colour` and `depth` read the pictures when they are needed; depth comes in metres (H, W), 0 where there is none.
    """

    name: str
    pose: Matrix
    colour_intrinsics: Matrix
    depth_intrinsics: Matrix
    colour: Callable[[], Image.Image]
    depth: Callable[[], NDArray[np.float32]]

    @property
    def placed(self) -> bool:
        """Whether the pose is one: where tracking was lost, files hold infinite numbers or nan."""
        turn = self.pose[:3, :3]
        return bool(np.isfinite(self.pose).all()) and bool(abs(np.linalg.det(turn) - 1) < 0.05)


def pair_of(
    frame: Frame, side: int, points: int, farthest: float, up: Up, rng: np.random.Generator
) -> Pair:
    """The frame's picture and the cloud it shows, in metres, upright around the camera: z up, y where it looks.

    Damage when a picture is not whole, of the wrong size, or hardly has a depth.
    """
    picture, depth = frame.colour(), frame.depth()
    check_matrix(frame.colour_intrinsics)
    check_matrix(frame.depth_intrinsics)
    depth = np.where(np.isfinite(depth) & (depth > 0) & (depth <= farthest), depth, np.float32(0))
    if np.count_nonzero(depth) < _FEWEST:
        raise Damage(say("hardly any of its pixels has a depth"))
    upright = level(frame.pose, up)
    cloud = seen_points(depth, frame.depth_intrinsics) @ upright.T
    image, intrinsics = square(picture, side, frame.colour_intrinsics)
    extrinsics = np.eye(4)
    extrinsics[:3, :3] = upright.T
    return Pair(
        image=np.asarray(image, np.uint8),
        points=drawn(cloud, points, rng),
        depth=_like_picture(depth, frame, picture.size, side),
        name=plain(frame.name),
        intrinsics=intrinsics,
        extrinsics=extrinsics,
    )


def seen_points(depth: NDArray[np.float32], intrinsics: Matrix) -> Matrix:
    """The points of a depth picture (H, W) in the camera's frame (M, 3): x right, y down, z ahead."""
    rows, columns = np.nonzero(depth)
    far = depth[rows, columns].astype(np.float64)
    rays = np.stack([columns, rows, np.ones(len(rows))])
    return np.asarray((rays * far).T @ np.linalg.inv(intrinsics).T, np.float64)


def level(pose: Matrix, up: Up) -> Matrix:
    """(3, 3): turns the camera's frame so that z is up in the world and y is where the camera looks."""
    vertical = pose["xyz".index(up[-1]), :3] * (-1 if up[0] == "-" else 1)
    vertical = vertical / np.linalg.norm(vertical)
    ahead = np.array([0.0, 0.0, 1.0])
    # Looking straight up or down, the top of the picture says where "ahead" is.
    if abs(vertical[2]) > 0.999:
        ahead = np.array([0.0, -1.0, 0.0])
    ahead = ahead - vertical * (ahead @ vertical)
    ahead /= np.linalg.norm(ahead)
    return np.stack([np.cross(ahead, vertical), ahead, vertical])


def check_matrix(intrinsics: Matrix) -> None:
    """Damage unless this is the matrix of a pinhole camera."""
    focal = np.diag(intrinsics)[:2]
    if not np.isfinite(intrinsics).all() or (focal <= 0).any() or abs(intrinsics[2, 2] - 1) > 1e-6:
        raise Damage(say("its intrinsics are not those of a camera"))


def picture_of(content: bytes, size: tuple[int, int] | None = None) -> Image.Image:
    """A colour picture in RGB. Damage when it is not of the size (width, height) it ought to be."""
    with Image.open(io.BytesIO(content)) as image:
        _check_size(image, size, len(content))
        return image.convert("RGB")


def depth_of(content: bytes, size: tuple[int, int] | None, unit: float) -> NDArray[np.float32]:
    """A depth picture of 16 bits in metres; `unit` steps are one metre. Damage when it is something else."""
    with Image.open(io.BytesIO(content)) as image:
        _check_size(image, size, len(content))
        values = np.asarray(image)
    if values.ndim != 2 or values.dtype.itemsize < 2:
        raise Damage(say("its depth picture is not one of 16 bits"))
    return np.asarray(values / unit, np.float32)


def _check_size(image: Image.Image, size: tuple[int, int] | None, length: int) -> None:
    check_pixels(image.width, image.height, length, MOST_PIXELS)
    if size is not None and image.size != size:
        raise Damage(
            say(
                "it has {width} x {height} pixels, the others have {wide} x {high}",
                width=image.width,
                height=image.height,
                wide=size[0],
                high=size[1],
            )
        )


def _like_picture(
    depth: NDArray[np.float32], frame: Frame, size: tuple[int, int], side: int
) -> NDArray[np.float32]:
    """The depth at the pixels of the square picture: both cameras look from one place, with other lenses."""
    wanted, lens = square(Image.new("L", size), side, frame.colour_intrinsics)
    rows, columns = np.mgrid[: len(wanted), : len(wanted)]
    rays = np.stack([columns, rows, np.ones_like(rows)], axis=-1) @ np.linalg.inv(lens).T
    places = np.rint(rays @ frame.depth_intrinsics.T).astype(np.int64)
    x, y = places[..., 0], places[..., 1]
    inside = (x >= 0) & (x < depth.shape[1]) & (y >= 0) & (y < depth.shape[0])
    return np.where(inside, depth[np.where(inside, y, 0), np.where(inside, x, 0)], np.float32(0))
