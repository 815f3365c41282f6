"""What a camera or three inside a room see of it."""

import numpy as np
from numpy.typing import NDArray

from engine.datasets.scenes.rooms.arrange import overlapping
from engine.datasets.scenes.rooms.plan import Plan
from engine.render import Camera, render

Floats = NDArray[np.float64]
_SIZE = (96, 128)  # rows and columns of the depth pictures
_FIELD = np.radians(80)
_TRIES = 64
_BEHIND = (0.05, 0.03)  # what may lie behind the nearest: metres, and share of its depth


def seen_points(
    points: NDArray[np.float32], normals: NDArray[np.float32], cameras: Camera
) -> NDArray[np.bool_]:
    """(N,): which points (N, 3) of a room at least one camera sees, the nearest hiding what is behind."""
    count = len(cameras.extrinsics)
    clouds, turned = (np.broadcast_to(each, (count, *each.shape)) for each in (points, normals))
    nearest = render(clouds, turned, np.ones((1, 1, 3)), cameras).depth
    pixels, depth = cameras.project(clouds)
    inside = cameras.inside(pixels) & (depth > 0)
    column, row = (
        np.rint(np.where(inside[..., None], pixels, 0)).astype(np.int64).transpose(2, 0, 1)
    )
    first = nearest[np.arange(count)[:, None], row, column]
    return np.asarray((inside & (depth <= first * (1 + _BEHIND[1]) + _BEHIND[0])).any(axis=0))


def draw_cameras(plan: Plan, taken: Floats, count: int, dice: np.random.Generator) -> Camera:
    """Cameras at the height of a person, free of the footprints (K, 5) of what stands there, looking into the room."""
    spots = np.column_stack(
        [
            dice.uniform(-0.9, 0.9, (_TRIES, 2)) * plan.half,
            np.full((_TRIES, 2), 0.5),
            np.zeros(_TRIES),
        ]
    )
    missing = plan.kept_free()[: plan.missing is not None]
    free = ~overlapping(spots, np.concatenate([missing, taken])).any(axis=1)
    # Far from the middle more is in sight; a few are free in any room.
    order = np.lexsort([-np.linalg.norm(spots[:, :2], axis=1), ~free])
    best = max(int(np.count_nonzero(free)) // 2, count)
    chosen = spots[order[dice.permutation(best)[:count]]]
    eyes = np.column_stack([chosen[:, :2], dice.uniform(1.2, 1.7, count)])
    targets = np.column_stack(
        [dice.uniform(-0.3, 0.3, (count, 2)) * plan.half, np.full(count, 0.6)]
    )
    return _looking(eyes, targets)


def _looking(eyes: Floats, targets: Floats) -> Camera:
    """Cameras (B, 3) that look at places (B, 3), upright."""
    rows, columns = _SIZE
    focal = columns / 2 / np.tan(_FIELD / 2)
    ahead = targets - eyes
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    right = np.cross(ahead, (0, 0, 1))
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    extrinsics = np.tile(np.eye(4), (len(eyes), 1, 1))
    extrinsics[:, :3, :3] = np.stack([right, np.cross(ahead, right), ahead], axis=1)
    extrinsics[:, :3, 3] = -(extrinsics[:, :3, :3] @ eyes[..., None])[..., 0]
    lens = np.array([(focal, 0, (columns - 1) / 2), (0, focal, (rows - 1) / 2), (0, 0, 1)])
    return Camera(np.tile(lens, (len(eyes), 1, 1)), extrinsics, rows, columns)
