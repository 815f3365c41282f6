"""One furnished room as a cloud: points by area, their colours, classes and instances, and the boxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count as counting

import numpy as np
from numpy.typing import NDArray

from engine.datasets.scenes.rooms.arrange import Standing, footprints, furnish
from engine.datasets.scenes.rooms.furniture import COLOURS, THINGS
from engine.datasets.scenes.rooms.plan import Plan, draw_plan
from engine.datasets.scenes.rooms.seen import draw_cameras, seen_points
from engine.datasets.shapes.catalogue import Dice
from engine.datasets.shapes.mesh import join
from engine.formats.surface import sample_faces
from engine.scenes import NOT_TOLD, Scene
from engine.upright import around

STRUCTURE = ("floor", "wall", "door", "window")
CEILING = "ceiling"
_FLOORS = ((150, 115, 80), (185, 160, 125), (130, 130, 130), (110, 85, 70), (170, 175, 180))
_WALLS = ((235, 232, 225), (225, 228, 232), (240, 225, 205), (205, 215, 205), (210, 200, 215))
_DOORS = ((235, 230, 220), (140, 95, 60), (170, 130, 90))
_WINDOW = (175, 205, 230)
_GRAIN = 4  # how much the colour of a point differs from that of its neighbours
_LIGHT = np.array((0.35, 0.25, 0.9)) / np.linalg.norm((0.35, 0.25, 0.9))
_AMBIENT = 0.55
_MOST_NOISE = 3  # standard deviations, beyond which it is cut
_GAP = 0.03
_LIFT = 0.002  # furniture begins above the floor, so that no point of the floor is in a box
_MARGIN = 0.001
_FEWEST = 10  # points, of which fewer are no thing in a box
_DENSER = 3  # times as many points are looked at as are kept


@dataclass(frozen=True)
class Wanted:
    """How a room shall be: points, pieces from and to, shares and metres."""

    points: int
    fewest: int
    most: int
    l_shaped: float
    ceiling: bool
    cameras: int
    noise: float


def make_room(wanted: Wanted, seed: int, index: int, train: bool) -> Scene:
    """One room. The same values always give the same one, whatever else is made; cameras 0: all of it is seen."""
    dice = Dice(np.random.PCG64([seed, index]))
    plan, standing = _furnished(wanted, dice)
    points, normals, owner = _sampled(plan, standing, wanted, dice)
    semantic = _semantic(standing, len(plan.corners), wanted.ceiling)[owner]
    shell = len(plan.corners) + 1 + wanted.ceiling
    instance = np.maximum(owner - shell, NOT_TOLD)
    points = points - _open_walls(plan, points, owner, semantic)[:, None] * normals
    cloud = _noisy(points, normals, owner < shell, wanted.noise, dice)
    # Throws of their own: a room has the same colours however much of it is seen.
    paints = Dice(np.random.PCG64([seed, index, 1]))
    colours = _coloured((owner, semantic, normals), standing, shell, paints)
    kept = np.arange(len(cloud))
    if wanted.cameras:
        number = int(dice.integers(1, wanted.cameras + 1))
        cameras = draw_cameras(plan, footprints(standing), number, dice)
        seen = np.flatnonzero(seen_points(cloud, normals, cameras))
        kept = np.sort(dice.permutation(seen)[: wanted.points])
    things = [
        row for row in range(len(standing)) if np.count_nonzero(instance[kept] == row) >= _FEWEST
    ]
    boxes = [around(cloud[instance == row], standing[row].place[4], _MARGIN) for row in things]
    number_of = np.full(len(standing) + 1, NOT_TOLD)  # the last is that of what is no piece
    number_of[things] = np.arange(len(things))
    return Scene(
        name=f"room_{index + 1:04d}",
        points=cloud[kept],
        colours=colours[kept],
        semantic=semantic[kept],
        instance=number_of[instance[kept]].astype(np.int32),
        boxes=np.reshape(boxes, (-1, 7)).astype(np.float32),
        labels=np.array([THINGS.index(standing[row].piece.kind) for row in things], np.int16),
        train=train,
    )


def classes(ceiling: bool) -> tuple[str, ...]:
    """What a point of a room can be of."""
    return (*STRUCTURE, *((CEILING,) if ceiling else ()), *THINGS)


def _furnished(wanted: Wanted, dice: Dice) -> tuple[Plan, list[Standing]]:
    """A room with enough in it; where there was no place for that, another, larger one."""
    for attempt in counting():
        plan = draw_plan(dice, dice.chance(wanted.l_shaped), 1 + 0.1 * attempt)
        count = int(dice.integers(wanted.fewest, wanted.most + 1))
        gap = _GAP + 2 * _MOST_NOISE * wanted.noise
        standing = furnish(plan, dice, count, gap)
        if len(standing) >= wanted.fewest:
            break
    return plan, standing


def _sampled(
    plan: Plan, standing: Sequence[Standing], wanted: Wanted, dice: Dice
) -> tuple[NDArray[np.float64], NDArray[np.float32], NDArray[np.int64]]:
    """Points evenly by area, their normals, and what each lies on: the floor, the walls, the ceiling, the pieces."""
    meshes = plan.shell(wanted.ceiling) + [one.piece.placed(one.place) for one in standing]
    whole = join(meshes)
    of_face = np.repeat(np.arange(len(meshes)), [len(mesh.faces) for mesh in meshes])
    total = wanted.points * (_DENSER if wanted.cameras else 1)
    points, normals, faces = sample_faces(whole.vertices, whole.faces, total, dice)
    return points.astype(np.float64), normals, of_face[faces]


def _semantic(standing: Sequence[Standing], walls: int, ceiling: bool) -> NDArray[np.int16]:
    """The class of all that a point can lie on."""
    names = classes(ceiling)
    above = [CEILING] if ceiling else []
    each = ["floor", *["wall"] * walls, *above, *(one.piece.kind for one in standing)]
    return np.array([names.index(name) for name in each], np.int16)


def _open_walls(
    plan: Plan,
    points: NDArray[np.float64],
    owner: NDArray[np.int64],
    semantic: NDArray[np.int16],
) -> NDArray[np.float64]:
    """Make doors and windows of what lies in the openings of the walls; how deep each point lies in its wall (N,)."""
    deep = np.zeros(len(points))
    for opening in plan.openings:
        rows = np.flatnonzero(owner == 1 + opening.wall)
        way = plan.along[opening.wall]
        along = (points[rows, :2] - plan.corners[opening.wall]) @ way / np.linalg.norm(way)
        height = points[rows, 2]
        within = (along > opening.start) & (along < opening.end)
        rows = rows[within & (height > opening.low) & (height < opening.high)]
        deep[rows], semantic[rows] = opening.depth, STRUCTURE.index(opening.name)
    return deep


def _noisy(
    points: NDArray[np.float64],
    normals: NDArray[np.float32],
    shell: NDArray[np.bool_],
    noise: float,
    dice: Dice,
) -> NDArray[np.float32]:
    """As a camera measures: furniture blurred to all sides, the shell of the room outwards only, so that no point of
    it comes into a box."""
    blur = (dice.standard_normal((len(points), 3)) * noise).clip(
        -_MOST_NOISE * noise, _MOST_NOISE * noise
    )
    blurred = points + np.where(shell[:, None], -np.abs(blur[:, :1]) * normals, blur)
    blurred[~shell, 2] = np.maximum(blurred[~shell, 2], _LIFT)
    return blurred.astype(np.float32)


def _coloured(
    seen: tuple[NDArray[np.int64], NDArray[np.int16], NDArray[np.float32]],
    standing: Sequence[Standing],
    shell: int,
    dice: Dice,
) -> NDArray[np.uint8]:
    """(N, 3): the colour of each thing, a door and a window of their own, lighter where it looks up."""
    owner, semantic, normals = seen
    wall = dice.one_of(*_WALLS)
    each = [dice.one_of(*_FLOORS), *[wall] * (shell - 1)]
    each += [dice.one_of(*COLOURS[one.piece.kind]) for one in standing]
    base = np.array(each, np.float64) * dice.uniform(0.92, 1.06, (len(each), 1))
    colours = base[owner]
    for name, colour in (("door", dice.one_of(*_DOORS)), ("window", _WINDOW)):
        colours[semantic == STRUCTURE.index(name)] = colour
    light = _AMBIENT + (1 - _AMBIENT) * np.maximum(normals @ _LIGHT, 0)
    colours = colours * light[:, None] + dice.standard_normal((len(owner), 1)) * _GRAIN
    return np.asarray(colours.clip(0, 255), np.uint8)
