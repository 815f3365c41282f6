"""Walls and ceiling give way where the eye looks through them, and nothing else does."""

import numpy as np
import pytest

from engine.orbit import Orbit
from workbench.models.dollhouse import Dollhouse


def room(turn=0.0, ceiling=True):
    """Points of a room 6 x 4 x 2.5 with a block in its middle, and for each point what it is."""
    rng = np.random.default_rng(0)
    n = 600
    x, y, z = rng.uniform(0, 6, n), rng.uniform(0, 4, n), rng.uniform(0.3, 2.3, n)
    parts = {
        "floor": np.column_stack((x, y, 0 * z)),
        "south": np.column_stack((x, 0 * y, z)),
        "north": np.column_stack((x, 0 * y + 4, z)),
        "west": np.column_stack((0 * x, y, z)),
        "east": np.column_stack((0 * x + 6, y, z)),
        "block": np.column_stack((2 + x / 3, 1.3 + y / 3, z / 2)),
    }
    if ceiling:
        parts["ceiling"] = np.column_stack((x, y, 0 * z + 2.5))
    points = np.concatenate(list(parts.values()))
    cos, sin = np.cos(turn), np.sin(turn)
    points[:, :2] = points[:, :2] @ np.array([[cos, sin], [-sin, cos]])
    return points.astype(np.float32), np.repeat(list(parts), n)


@pytest.mark.parametrize("turn", [0.0, 0.5])
def test_that_the_wall_before_the_eye_goes_and_the_one_behind_stays(turn):
    points, names = room(turn)
    # Azimuth 0 looks along +y: the eye stands before the south wall.
    kept = Dollhouse.of(points).kept(Orbit(azimuth=float(np.degrees(turn)), elevation=30))
    shares = {name: kept[names == name].mean() for name in np.unique(names)}
    assert shares["south"] < 0.05
    assert shares["north"] > 0.9
    assert shares["block"] == shares["floor"] == 1
    assert shares["ceiling"] == 0


def test_that_a_low_eye_sees_the_ceiling():
    points, names = room()
    kept = Dollhouse.of(points).kept(Orbit(azimuth=0, elevation=5))
    assert kept[(names == "ceiling") & (points[:, 1] > 0.5)].all()


def test_that_the_tops_of_things_are_no_ceiling():
    points, names = room(ceiling=False)
    kept = Dollhouse.of(points).kept(Orbit(azimuth=0, elevation=60))
    assert kept[names == "block"].all()
