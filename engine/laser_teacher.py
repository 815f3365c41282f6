"""Teachers that know what a laser hits: a finished run, a file of weights, or the built-in one; each gives every point
so many numbers (its last features before it is named), for a camera to foretell."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine import registry
from engine.control import Control
from engine.drives import Frame
from engine.errors import ConfigError, FormatError
from engine.events import Event
from engine.laser_batches import joined
from engine.laser_card import WEIGHTS, LaserLessons, LaserTeacherSettings
from engine.laser_training import built, trained_teacher
from engine.nets import build_for
from engine.nets.spvcnn import Spvcnn, SpvcnnSettings
from engine.projected import nearest_points, scattered
from engine.state import load_weights, tested_checkpoint
from engine.store import Run, RunStore
from engine.teachers2d.weights import fill, read_weights
from engine.teaching_maps import FeatureMap
from engine.words import say

BUILT_IN, LATEST = "built_in", "latest"
_PUBLISHED = 96  # channels of the last features at width 1
_FILES = (".safetensors", ".pt", ".pth", ".ckpt")


@dataclass(frozen=True)
class LaserTeacher:
    """A frozen net. identity: a run’s id, or the name of a folder or file; classes: what it tells apart, empty where
    that is not known; sentence: what it is."""

    net: nn.Module
    identity: str
    classes: tuple[str, ...]
    sentence: str

    @property
    def width(self) -> int:
        """F, how many numbers it gives each point."""
        return int(self.net.feature_dim)  # type: ignore[arg-type]

    def features(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 4: x, y, z in metres, intensity) -> (N, F)."""
        return features_of(self.net, points)

    def features_of_each(self, sweeps: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """Of sweeps (N, 4) each, asked about at once: a list of (N, F)."""
        ends = np.cumsum([len(points) for points in sweeps])[:-1]
        return np.split(features_of(self.net, *sweeps), ends)

    def map_of(self, frame: Frame, filled: bool = False) -> FeatureMap:
        """What a frame's picture shows of it: (F, H, W), valid where there is a point; filled: in gaps of one too."""
        return self.maps_of([frame], filled)[0]

    def maps_of(self, frames: Sequence[Frame], filled: bool = False) -> list[FeatureMap]:
        """The same of several frames, asked about at once."""
        told = zip(frames, self.features_of_each([frame.points for frame in frames]), strict=True)
        return [scattered(own, _shown(frame, filled)) for frame, own in told]


def _shown(frame: Frame, filled: bool) -> NDArray[np.int64]:
    return nearest_points(frame.points, frame.calibration, frame.image.shape[:2], filled)


def features_of(net: nn.Module, *sweeps: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a laser net gives every point of sweeps (N, 4) each: (all N, F) float32, in evaluation mode."""
    net.eval()
    if not sum(len(points) for points in sweeps):
        return np.zeros((0, int(net.feature_dim)), np.float32)  # type: ignore[arg-type]
    together, cloud = joined(sweeps, next(net.parameters()).device)
    with torch.no_grad():
        found: NDArray[np.float32] = net(together, cloud).features.float().cpu().numpy()
    return found


def prepare_laser_teacher(
    name: str,
    lessons: LaserLessons,
    store: RunStore,
    control: Control,
    settings: LaserTeacherSettings | None = None,
) -> Generator[Event, None, LaserTeacher]:
    """The teacher of a name, the generator's return value. “built_in” is trained on the lessons where there is none of
    them yet, and told of in a note.

    Raises an error in a sentence when there is none, it is damaged, or it errs too often to teach.
    """
    if name != BUILT_IN:
        return laser_teacher_of(name, store)
    settings = settings or LaserTeacherSettings()
    folder, card = yield from trained_teacher(settings, lessons, control)
    if not card.accepted:
        raise ConfigError(card.refusal())
    with torch.device("meta"):
        net = built(settings, len(card.classes))
    fill(net, read_weights(folder / WEIGHTS), folder / WEIGHTS)
    return _frozen(net, folder.name, card.classes, card.sentence())


def laser_teacher_of(name: str, store: RunStore) -> LaserTeacher:
    """A tested run by id, folder or “latest”, or a file of weights. A file beside which there is no run is taken to be
    of voxels as the net usually has them."""
    path = Path(name).expanduser()
    if path.is_file():
        return _of_file(path)
    if path.suffix in _FILES:
        raise ConfigError(
            say("There is no file of weights at {name}. Nothing was started.", name=name)
        )
    return _of_run(_newest(store) if name == LATEST else store.open(name))


def _newest(store: RunStore) -> Run:
    for line in store.runs():
        if line.recipe == "laser" and line.tested:
            return Run(line.path)
    raise ConfigError(
        say(
            "There is no finished run of the recipe {called} yet. Nothing was started. Train one first, "
            "or choose the built-in laser teacher.",
            called=registry.called("recipe", "laser"),
        )
    )


def _of_run(run: Run) -> LaserTeacher:
    if run.experiment.recipe.name != "laser":
        raise ConfigError(
            say(
                "The run {id} has not learnt to name what a laser hits, so it cannot teach that. Nothing "
                "was started. Choose a run of the recipe {called}.",
                id=run.id,
                called=registry.called("recipe", "laser"),
            )
        )
    started, results = run.log.started(), run.log.results()
    if started is None or not results:
        raise ConfigError(
            say(
                "The laser teacher {id} was not tested yet. Nothing was started. Resume it first, or "
                "choose another.",
                id=run.id,
            )
        )
    net = build_for(run.experiment, len(started.known))
    load_weights(net, tested_checkpoint(run))
    words = say(
        "The laser teacher is the run “{run}”, mean IoU {miou:.0%}.",
        run=run.name,
        miou=results.get("miou", 0.0),
    )
    return _frozen(net, run.id, tuple(started.known), words)


def _of_file(path: Path) -> LaserTeacher:
    weights = read_weights(path)
    last = weights.get("logits.weight")
    if last is None or last.ndim != 2 or not last.shape[1]:
        raise FormatError(
            say(
                "“{path}” was not used: it holds no net that names what a laser hits.",
                path=path.name,
            )
        )
    own = {"width": last.shape[1] / _PUBLISHED} | _voxel(path)
    settings = registry.configure("laser_net", "spvcnn", own)
    with torch.device("meta"):
        net = Spvcnn(settings, len(last))
    fill(net, weights, path)
    return _frozen(
        net, path.name, (), say("The laser teacher is the file “{path}”.", path=path.name)
    )


def _voxel(path: Path) -> dict[str, float]:
    """The voxels of the run that a checkpoint is of, where it lies in one."""
    folder = path.resolve().parents[2] if len(path.resolve().parents) > 2 else path.parent
    if not (folder / "run.toml").exists():
        return {}
    net = Run(folder).experiment.net
    return {"voxel": float(net.settings.get("voxel", SpvcnnSettings().voxel))}


def _frozen(net: nn.Module, identity: str, classes: tuple[str, ...], sentence: str) -> LaserTeacher:
    return LaserTeacher(net.eval().requires_grad_(False), identity, classes, sentence)
