"""One street as a frame: what stands in it, its picture, what the laser measures, and the truth about both."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.datasets.drives.streets.blocks import Floats, placed
from engine.datasets.drives.streets.casting import GROUND, NOTHING
from engine.datasets.drives.streets.light import Shares, draw_light, draw_weather
from engine.datasets.drives.streets.measure import MARK, measure
from engine.datasets.drives.streets.picture import develop, finish, stage
from engine.datasets.drives.streets.plan import Piece, Plan, draw_plan
from engine.datasets.drives.streets.scenery import LAMP_HEIGHT
from engine.datasets.drives.streets.things import THINGS
from engine.datasets.drives.streets.truth import LEAST_SEEN, boxes, large_enough, truth
from engine.datasets.drives.streets.views import LASER_HEIGHT, SAMPLES, Camera, Laser, sideways
from engine.datasets.shapes.catalogue import Dice
from engine.drives import NOT_TOLD, Frame

CLASSES = (*THINGS, "ground", "lane mark", "structure", "vegetation")
_SPARE = 0.04  # metres that a solid is larger than what is in it, for the laser's noise
_LAMP_STRENGTH = 1.5
_LOW = 3.0  # metres; wider is no foot but a house

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
    plan = draw_plan(dice, -LASER_HEIGHT, count, sideways())
    weather = draw_weather(wanted.shares, sky)
    pieces = plan.pieces
    blocks = placed([one.rows for one in pieces], [one.place for one in pieces], -LASER_HEIGHT)
    shown = stage(blocks, plan.road, draw_light(weather, sky), _feet(pieces), _lamps(plan))
    eye = wanted.eye
    seen = eye.see(blocks)
    light = develop(shown, eye.eye, eye.rays, seen, eye.focal)
    image = finish(_averaged(light), weather, grain)
    echoes = measure(wanted.laser, blocks, plan.road, weather, wanted.noise, beams)

    true = truth(eye, seen, blocks, plan.road)
    things = np.array([row for row, one in enumerate(pieces) if one.name in THINGS], np.int64)
    around = boxes(true.owner, things)
    clear = large_enough(around, true.owner, things) & (true.share[things] >= LEAST_SEEN)
    kept = things[clear]
    solids = np.array([pieces[row].solid for row in kept]).reshape(-1, 7)
    solids[:, 3:6] += _SPARE
    number_of = np.full(len(pieces) + 3, NOT_TOLD)  # the last three: MARK, NOTHING and GROUND
    number_of[kept] = np.arange(len(kept))
    class_of = _classes(pieces)
    hidden = around[~clear]
    return Frame(
        name="_".join((f"street_{index + 1:04d}", *weather.words)),
        image=image,
        points=echoes.points,
        of_points=class_of[echoes.owner].astype(np.int16),
        owner=number_of[echoes.owner].astype(np.int32),
        calibration=eye.calibration,
        boxes=around[clear],
        labels=np.array([THINGS.index(pieces[row].name) for row in kept], np.int16),
        solids=solids.astype(np.float32),
        depths=_depths(eye, solids),
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


def _feet(pieces: list[Piece]) -> Floats:
    """(F, 5): centre, half size and heading of what stands on the ground, houses left out."""
    foot = np.array([one.footprint for one in pieces]) * (1, 1, 0.5, 0.5, 1)
    low = np.array([one.solid[2] - one.solid[5] / 2 < 0.5 - LASER_HEIGHT for one in pieces])
    small = (foot[:, 2:4].min(axis=1) < _LOW) & low
    # Of a tree or a lamp only the trunk or the pole is down there.
    thin = np.array([one.solid[5] > 2.4 and one.name in ("vegetation", "structure") for one in pieces])
    places = np.array([one.place for one in pieces])
    foot[thin, :2], foot[thin, 2:4] = places[thin, :2], 0.12
    return np.ascontiguousarray(foot[small | thin & (foot[:, 2] < 1)])


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
