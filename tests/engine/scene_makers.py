"""Reading scenes, and clouds to make scene files of, for their tests."""

from pathlib import Path
from typing import Any

import numpy as np

from engine import registry
from engine.control import Control
from engine.scenes import Scenes
from tests.engine.stack_files import ran

RNG = np.random.default_rng(0)


def source(name: str, root: Path, **settings: Any) -> Any:
    """The reader of this name for a folder."""
    return registry.make("scenes", name, {"path": str(root), **settings})


def read(name: str, root: Path, **settings: Any) -> Scenes:
    """What it reads there."""
    scenes: Scenes = ran(source(name, root, **settings).read(Control()))[0]
    return scenes


def cube(
    count: int = 40, middle: tuple[float, float, float] = (0, 0, 0), size: float = 1.0
) -> np.ndarray:
    """Points (count, 3) in a cube."""
    return (RNG.uniform(-0.5, 0.5, (count, 3)) * size + middle).astype(np.float32)
