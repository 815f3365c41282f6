"""What the guided demo needs, made at once: its data, and an engine that is quick."""

import numpy as np
import pytest

from engine.clouds import Clouds
from engine.datasets import place_of, write_cache
from engine.experiment import Data
from engine.session import ThreadSession
from tests.workbench import fake_engine
from workbench import desk as desk_module


def lay_clouds() -> None:
    """The data of the bundled run: as many clouds, of a few points only."""
    rng = np.random.default_rng(0)
    each = Clouds(
        points=rng.standard_normal((2400, 8, 3)).astype(np.float32),
        labels=np.arange(2400) // 60,
        train=np.tile(np.arange(60) < 40, 40),
        names=tuple(str(number) for number in range(2400)),
        kinds=tuple(f"kind {number}" for number in range(40)),
        known=("kind 0", "kind 1"),
        title="Built-in shapes",
        made=True,
    )
    write_cache(place_of(Data()), each)


def be_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Desks made from now on ask the made-up engine."""
    monkeypatch.setattr(
        desk_module, "session_of", lambda _kind, *_flags: ThreadSession(fake_engine.perform)
    )
