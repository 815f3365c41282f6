"""What the engine answers about a thing that somebody brings, for tests."""

from pathlib import Path

import numpy as np

from engine.bring.examples import keep_arrays
from engine.clouds import Clouds
from engine.datasets.cache import write_cache

POINTS = 64


def value(file, run, said="chair", **changes):
    """What the engine answers about a file, with arrays and a data set of four clouds."""
    rng = np.random.default_rng(len(Path(file).name))  # whatever folder it lies in
    points = rng.normal(size=(POINTS, 3)).astype(np.float32)
    decided = np.arange(POINTS) < 10
    region = np.arange(POINTS) % 4
    arrays = keep_arrays(points=points, decided=decided, region=region, name=np.array("a"))
    cache = run.parent / "four.h5"
    if not cache.exists():
        write_cache(cache, four())
    top = [("chair", 1, 0.92), ("bed", 0, 0.05), ("sofa", 2, 0.03)]
    return {
        "file": str(file),
        "run": str(run),
        "run_name": "Mine",
        "read": 18_204,
        "dropped": 0,
        "mesh": True,
        "used": POINTS,
        "up": "z",
        "ups": ["z", "-y", "y", "-z", "x", "-x"],
        "guessed": True,
        "quarter": 0,
        "size": [1.0, 2.0, 3.0],
        "known": ["bed", "chair", "sofa"],
        "cache": str(cache),
        "said": said,
        "about": "chair",
        "top": [{"kind": k, "label": i, "probability": p} for k, i, p in top],
        "score": "msp",
        "rating": 0.92,
        "threshold": 0.5,
        "outvoted": False,
        "how": "max",
        "decided": 10,
        "regions": [
            {"number": n + 1, "centre": [0, 0, z], "points": 16, "change": c, "margin": 10 * c}
            for n, (z, c) in enumerate([(0.6, 0.38), (-0.6, -0.05), (0.0, 0.01), (0.0, 0.0)])
        ],
        "near": [
            {"name": f"chair_{n}", "kind": "chair", "label": 1, "row": n, "distance": n / 10}
            for n in range(4)
        ],
        "usual": [0.05, 0.16],
        "away": 0.08,
        "like": True,
        "arrays": str(arrays),
    } | changes


def four():
    rng = np.random.default_rng(0)
    return Clouds(
        points=rng.normal(size=(4, POINTS, 3)).astype(np.float32),
        labels=np.zeros(4, np.int64),
        train=np.ones(4, bool),
        names=tuple(f"chair_{n}" for n in range(4)),
        kinds=("chair",),
        known=("chair",),
        title="Four",
    )
