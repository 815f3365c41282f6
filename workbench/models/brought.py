"""What a run says about a thing that was brought: the engine's answer with its arrays, ready to be shown."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.clouds import Clouds
from engine.datasets.cache import read_rows
from engine.errors import EngineError, RunError
from engine.formats.npy import arrays_of
from engine.formats.refusal import refusing
from engine.words import say
from workbench.models.verdict import Guess

FILES = (
    ".off", ".coff", ".noff", ".obj", ".stl", ".ply", ".pcd", ".xyz", ".xyzn", ".pts", ".asc", ".txt", ".csv",
    ".las", ".laz", ".npy", ".npz", ".glb", ".gltf",
)  # fmt: skip


@dataclass(frozen=True)
class Region:
    """A part of the thing by its number: where its middle is, and by how much the likeliest kind's probability and
    log-odds fall without it."""

    number: int
    centre: tuple[float, float, float]
    change: float
    margin: float


@dataclass(frozen=True)
class Near:
    """A known sample and how far away it is; row -1: an example that was taught."""

    name: str
    kind: str
    label: int
    row: int
    distance: float


@dataclass(frozen=True)
class Otherwise:
    """Another way up, and the known kind that would be named then."""

    up: str
    guess: Guess

    @classmethod
    def of(cls, value: dict[str, Any] | None) -> "Otherwise | None":
        """As it was answered."""
        if value is None:
            return None
        guess = {name: value[name] for name in ("kind", "label", "probability")}
        return cls(value["up"], Guess(**guess))


@dataclass(frozen=True)
class Brought:
    """points (N, 3); decided (N,), empty where it cannot be told; region (N,), 0 for the region with number 1; clouds:
    those of `near`, read from `cache`, None where the data are not there; whole: where all points of a scan are, in an
    even order; none: the chance of a trained unknown."""

    file: Path
    run: Path
    run_name: str
    said: str | None
    about: str
    top: tuple[Guess, ...]
    score: str
    rating: float | None
    threshold: float | None
    outvoted: bool
    read: int
    dropped: int
    mesh: bool
    up: str
    ups: tuple[str, ...]
    guessed: bool
    quarter: int
    size: tuple[float, float, float]
    how: str
    regions: tuple[Region, ...]
    near: tuple[Near, ...]
    usual: tuple[float, float] | None
    away: float | None
    like: bool | None
    arrays: Path
    points: NDArray[np.float32]
    decided: NDArray[np.bool_]
    region: NDArray[np.int64]
    clouds: Clouds | None
    whole: Path | None = None
    none: float = 0.0
    otherwise: Otherwise | None = None
    cache: Path = Path()

    def with_clouds(self) -> "Brought":
        """The same, with the clouds of `near` if they are there by now."""
        return replace(self, clouds=_clouds(self.cache, self.run, self.near))

    @property
    def probability(self) -> float:
        """Of the likeliest kind."""
        return self.top[0].probability

    @property
    def color(self) -> str | int:
        """A known kind's own colour, or that of strangers."""
        return "unknown" if self.said is None else self.top[0].label

    @property
    def on_scale(self) -> bool:
        """Whether the threshold is a probability, so that it can stand as a line among them."""
        return self.score == "msp"


def read_brought(value: dict[str, Any]) -> Brought:
    """The answer with its arrays and the clouds of the nearest samples. Raises RunError where they are gone."""
    path = Path(value["arrays"])
    with refusing(path, "answer"):
        arrays = arrays_of(path, ("points", "decided", "region"))
    if len(arrays) < 3:
        raise RunError(say("The answer is not whole. Nothing was changed. Drop the file again."))
    near = tuple(Near(**item) for item in value["near"])
    plain = (
        "run_name",
        "said",
        "about",
        "score",
        "rating",
        "threshold",
        "outvoted",
        "read",
        "dropped",
    )
    more = ("mesh", "up", "guessed", "quarter", "how", "away", "like")
    x, y, z = value["size"]
    return Brought(
        file=Path(value["file"]),
        run=Path(value["run"]),
        **{name: value[name] for name in (*plain, *more)},
        top=tuple(Guess(**item) for item in value["top"]),
        ups=tuple(value["ups"]),
        size=(x, y, z),
        regions=tuple(_region(item) for item in value["regions"]),
        near=near,
        usual=tuple(value["usual"]) if value["usual"] else None,
        arrays=path,
        points=np.asarray(arrays["points"], np.float32),
        decided=np.asarray(arrays["decided"], bool),
        region=np.asarray(arrays["region"], np.int64),
        clouds=_clouds(Path(value["cache"]), Path(value["run"]), near),
        whole=_there(value.get("whole", "")),
        none=value.get("none", 0.0),
        otherwise=Otherwise.of(value.get("otherwise")),
        cache=Path(value["cache"]),
    )


def _there(path: str) -> Path | None:
    """The points of a scan may have had to make room since."""
    return Path(path) if path and Path(path).exists() else None


def _region(item: dict[str, Any]) -> Region:
    x, y, z = item["centre"]
    return Region(item["number"], (x, y, z), item["change"] or 0.0, item["margin"] or 0.0)


def _clouds(cache: Path, run: Path, near: tuple[Near, ...]) -> Clouds | None:
    """One cloud for every near sample, in order: from the data, or from the examples that the run was taught."""
    rows = [item.row for item in near if item.row >= 0]
    try:
        found = read_rows(cache, rows) if rows else None
        examples = _examples(run) if len(rows) < len(near) else {}
    except (EngineError, OSError):
        return None
    points, place = [], 0
    for item in near:
        if item.row < 0:
            cloud = examples.get(item.name)
        else:
            cloud, place = (None if found is None else found.points[place]), place + 1
        if cloud is None:
            return None
        points.append(cloud)
    return shelf([(cloud, item.name) for cloud, item in zip(points, near, strict=True)])


def shelf(things: list[tuple[NDArray[np.float32], str]]) -> Clouds | None:
    """Clouds (N, 3) with their names as a data set that a gallery can show; they may be of different sizes."""
    if not things:
        return None
    fewest = min(len(points) for points, _ in things)
    return Clouds(
        points=np.stack([points[:fewest] for points, _ in things]).astype(np.float32),
        labels=np.zeros(len(things), np.int64),
        train=np.zeros(len(things), bool),
        names=tuple(name for _, name in things),
        kinds=("",),
        known=(),
        title="",
    )


def _examples(run: Path) -> dict[str, NDArray[np.float32]]:
    path = run / "examples.npz"
    with refusing(path, "example"):
        arrays = arrays_of(path, ("points", "names"))
        return dict(zip(arrays["names"].tolist(), arrays["points"], strict=True))
