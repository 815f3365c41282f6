"""A small data set made on the spot: four kinds of simple shapes, some to learn from, some to test."""

import numpy as np

from engine.clouds import Clouds

KINDS = ("ball", "cone", "night_stand", "tube")


def made_clouds(each: int = 6, points: int = 256, **changes: object) -> Clouds:
    """`each` clouds of every kind; the last two of each are for the test."""
    rng = np.random.default_rng(0)
    clouds = rng.normal(size=(len(KINDS) * each, points, 3))
    clouds /= np.linalg.norm(clouds, axis=-1, keepdims=True)
    facts = {
        "points": clouds.astype(np.float32),
        "labels": np.repeat(np.arange(len(KINDS)), each),
        "train": np.tile(np.arange(each) < each - 2, len(KINDS)),
        "names": tuple(f"{kind}_{i:04d}" for kind in KINDS for i in range(each)),
        "kinds": KINDS,
        "known": KINDS[:3],
        "title": "Simple shapes",
    }
    return Clouds(**(facts | changes))
