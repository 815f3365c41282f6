"""One street as a frame: what stands in it, its picture, what the laser measures, and the truth about both."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.datasets.drives.streets.blocks import Floats, placed, solids
from engine.datasets.drives.streets.casting import GROUND, NOTHING
from engine.datasets.drives.streets.light import Shares, draw_light, draw_weather
from engine.datasets.drives.streets.measure import MARK, measure
from engine.datasets.drives.streets.picture import develop, finish, stage
from engine.datasets.drives.streets.plan import FOOT, Piece, Plan, draw_plan
from engine.datasets.drives.streets.scenery import LAMP_HEIGHT
from engine.datasets.drives.streets.things import THINGS
from engine.datasets.drives.streets.truth import LEAST_SEEN, boxes, large_enough, truth
from engine.datasets.drives.streets.views import LASER_HEIGHT, SAMPLES, Camera, Laser, sideways
from engine.datasets.shapes.catalogue import Dice
from engine.drives import NOT_TOLD, Frame

CLASSES = (*THINGS, "ground", "lane mark", "structure", "vegetation")
_SPARE = 0.1  # metres that a solid is larger than what is in it, for the laser's noise
_LAMP_STRENGTH = 1.3
_TALL, _WIDE, _TRUNK = (
    2.4,
    3.0,
    0.12,
)  # metres: of what is taller; half of what is wider, which is a house
_CLOSE = 50.0  # metres, beyond which no feet are seen

Words = NDArray[np.int64]


@dataclass(frozen=True)
class Wanted:
    """How a street shall be. noise: of the laser's distances, metres."""

    eye: Camera
    laser: Laser
    fewest: int
    most: int
    shares: Shares
    noise: float


def make_street(wanted: Wanted, seed: int, index: int, train: bool) -> Frame:
    """One street. The same values always give the same one, whatever else is made."""
    dice, sky, beams, grain = (Dice(np.random.PCG64([seed, index, part])) for part in range(4))
    count = int(dice.integers(wanted.fewest, wanted.most + 1))
    plan = draw_plan(dice, count, sideways())
    weather = draw_weather(wanted.shares, sky)
    pieces = plan.pieces
    rows, places = [one.rows for one in pieces], [one.place for one in pieces]
    blocks = placed(rows, places, -LASER_HEIGHT)
    around = solids(rows, places, -LASER_HEIGHT)
    feet, lamps = _feet(pieces, around), _lamps(plan)
    shown = stage(blocks, plan.road, draw_light(weather, sky), feet, lamps)
    eye = wanted.eye
    seen = eye.see(blocks)
    light = develop(shown, eye.eye, eye.rays, seen, eye.focal)
    image = finish(_averaged(light), weather, grain)
    echoes = measure(wanted.laser, blocks, plan.road, weather, wanted.noise, beams)

    true = truth(eye, seen, blocks, plan.road)
    things = np.array([row for row, one in enumerate(pieces) if one.name in THINGS], np.int64)
    found = boxes(true.owner, things)
    clear = large_enough(found, true.owner, things) & (true.share[things] >= LEAST_SEEN)
    kept, hidden = things[clear], found[~clear]
    around[:, 3:6] += _SPARE
    around[:, 2] += _SPARE / 2  # and not into the ground
    number_of = np.full(len(pieces) + 3, NOT_TOLD)  # the last three: MARK, NOTHING and GROUND
    number_of[kept] = np.arange(len(kept))
    class_of = _classes(pieces)
    return Frame(
        name="_".join((f"street_{index + 1:04d}", *weather.words)),
        image=image,
        points=echoes.points,
        of_points=class_of[echoes.owner].astype(np.int16),
        owner=number_of[echoes.owner].astype(np.int32),
        calibration=eye.calibration,
        boxes=found[clear],
        labels=np.array([THINGS.index(pieces[row].name) for row in kept], np.int16),
        solids=around[kept].astype(np.float32),
        depths=_depths(eye, around[kept]),
        ignored=hidden[hidden[:, 2] > hidden[:, 0]],
        areas=class_of[true.owner].astype(np.int16),
        owners=number_of[true.owner].astype(np.int16),
        depth_map=true.depth.astype(np.float32),
        train=train,
    )


def _classes(pieces: list[Piece]) -> Words:
    """The class of every piece, and last those of MARK, NOTHING and GROUND, which are -3, -2 and -1."""
    words = {MARK: "lane mark", NOTHING: "", GROUND: "ground"}
    names = [one.name for one in pieces] + [words[row] for row in (-3, -2, -1)]
    return np.array([CLASSES.index(name) if name else NOT_TOLD for name in names])


def _feet(pieces: list[Piece], around: Floats) -> Floats:
    """(F, 5): centre, half size and heading of what stands on the ground; houses left out, of trees and lamps only what
    is down there."""
    feet = around[:, FOOT] * (1, 1, 0.5, 0.5, 1)
    scenery = np.array([one.name not in THINGS for one in pieces])
    thin = scenery & (around[:, 5] > _TALL) & (feet[:, 2:4].max(axis=1) < _WIDE)
    feet[thin, :2] = np.array([one.place[:2] for one in pieces])[thin]
    feet[thin, 2:4] = _TRUNK
    low = around[:, 2] - around[:, 5] / 2 < 0.5 - LASER_HEIGHT
    return np.ascontiguousarray(
        feet[low & (feet[:, 2:4].min(axis=1) < _WIDE) & (feet[:, 0] < _CLOSE)]
    )


def _lamps(plan: Plan) -> Floats:
    height = LAMP_HEIGHT - LASER_HEIGHT
    return np.array([(x, y, height, _LAMP_STRENGTH) for x, y in plan.lamps]).reshape(-1, 4)


def _averaged(light: Floats) -> Floats:
    """(H · S, W · S, 3) -> (H, W, 3)."""
    height, width = light.shape[0] // SAMPLES, light.shape[1] // SAMPLES
    return np.asarray(light.reshape(height, SAMPLES, width, SAMPLES, 3).mean(axis=(1, 3)))


def _depths(eye: Camera, solids: Floats) -> NDArray[np.float32]:
    """Metres along the camera's axis to the middle of each solid."""
    along = eye.calibration.whole[2]
    return np.asarray(solids[:, :3] @ along[:3] + along[3], np.float32)
