"""Trains a built-in image teacher: take pictures, learn batch by batch, look at held-out ones, leave a card.

Its pictures have no place in the loop that trains on clouds, but events, wishes and resuming are the same: every
step draws from (seed, step), so one that was interrupted goes on to the very same teacher.
"""

import math
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import torch
from filelock import FileLock, Timeout
from pydantic import ValidationError
from safetensors.torch import save_file

from engine.atomic import writing
from engine.control import Control, Wish
from engine.datasets.shapes import KINDS
from engine.device import choose, keep_memory, use_threads
from engine.errors import ConfigError, EngineError, RunError, Stopped
from engine.events import Checkpoint, Event, Finished, Metric, Resumed, Started
from engine.experiment import Training
from engine.nets import count_parameters
from engine.pace import Pace
from engine.registry import explain, hint
from engine.teachers2d.built_in.card import Card, folder_of, read_card, sha256, write_card
from engine.teachers2d.built_in.learning import Pupil, built, examine, rate_at
from engine.teachers2d.built_in.lessons import Album, Lessons, album
from engine.teachers2d.built_in.settings import TeacherSettings
from engine.words import say

_SAVE_EVERY = 60.0  # seconds
_STATE = "training.pt"


def teach(values: dict[str, object], control: Control) -> Iterator[Event]:
    """Train the teacher of settings as they were written; ConfigError names the wrong one."""
    try:
        settings = TeacherSettings.model_validate(values)
    except ValidationError as error:
        why = explain(error, TeacherSettings, say("The image teacher"))
        raise ConfigError(say("{why} Nothing was started.", why=why)) from None
    unknown = sorted(set(settings.kinds) - set(KINDS))
    if unknown:
        raise ConfigError(
            say(
                "There is no kind “{unknown}”.{hint} Nothing was started.",
                unknown=unknown[0],
                hint=hint(unknown[0], sorted(KINDS)),
            )
        )
    yield from train_teacher(settings, control)


def train_teacher(settings: TeacherSettings, control: Control) -> Iterator[Event]:
    """Train the teacher of these settings, or go on with it; one that is done is only told of.

    Ends with Finished, its results being the card. Raises RunError when another process trains it, Stopped when
    asked to stop: finished early it can be gone on with, discarded nothing is left.
    """
    folder = folder_of(settings)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=2)
    except Timeout:
        raise RunError(
            say(
                "This image teacher is being trained by another process. Nothing was changed. Stop it "
                "there first."
            )
        ) from None
    try:
        yield from _once(settings, folder, control)
    except Stopped:
        if control.wish is Wish.DISCARD:
            (folder / _STATE).unlink(missing_ok=True)
        raise
    finally:
        lock.release()


def _once(settings: TeacherSettings, folder: Path, control: Control) -> Iterator[Event]:
    with suppress(RunError):
        card = read_card(folder)
        yield Finished(step=card.steps, results=_results(card))
        return
    work = yield from _begun(settings, folder, control)
    try:
        yield from _learn(work)
    except Stopped:
        if control.wish is Wish.FINISH:
            yield _saved(work)
        raise
    yield _saved(work)
    card = yield from _examined(work)
    (folder / _STATE).unlink(missing_ok=True)
    yield Finished(step=work.pupil.step, results=_results(card))


@dataclass
class _Work:
    settings: TeacherSettings
    folder: Path
    control: Control
    pupil: Pupil
    lessons: Lessons
    held_out: Lessons
    albums: tuple[Album, Album]
    device: torch.device
    seconds: float = 0.0  # spent before this sitting

    def gate(self) -> Iterator[Event]:
        return self.control.gate(self.pupil.step, before_pause=lambda: _saved(self))


def _begun(
    settings: TeacherSettings, folder: Path, control: Control
) -> Generator[Event, None, _Work]:
    """Everything the training works with, gone on with where there is a state of it."""
    began = time.monotonic()
    albums = []
    for held_out in (False, True):
        albums.append((yield from album(settings, held_out, control)))
    place = Training(device=settings.device, threads=settings.threads)
    keep_memory()
    use_threads(place)
    device = choose(place)
    net, vocabulary = built(settings)
    pupil = Pupil.new(net.to(device), settings.learning_rate)
    lessons, others = (Lessons(one, settings, vocabulary) for one in albums)
    pair = albums[0], albums[1]
    work = _Work(settings, folder, control, pupil, lessons, others, pair, device)
    yield _started(work)
    if _restored(work):
        yield Resumed(step=work.pupil.step)
    work.seconds += time.monotonic() - began
    return work


def _learn(work: _Work) -> Iterator[Event]:
    settings, pupil = work.settings, work.pupil
    epochs = math.ceil(settings.steps / work.lessons.steps)
    pace = Pace(pupil.step, work.lessons.steps, epochs, settings.batch_size)
    sitting = saved = time.monotonic()
    before = work.seconds
    while pupil.step < settings.steps:
        yield from work.gate()
        rate = rate_at(settings, pupil.step)
        terms = pupil.learn(work.lessons.at(pupil.step).to(work.device), rate)
        values = {name: float(value) for name, value in terms.items()}
        if not all(math.isfinite(value) for value in values.values()):
            raise EngineError(
                say(
                    "The loss is no number any more at batch {step}. The state saved before is not "
                    "harmed. Try a lower learning rate.",
                    step=pupil.step,
                )
            )
        epoch = pupil.step / work.lessons.steps
        yield Metric(step=pupil.step, epoch=epoch, values=values | {"learning_rate": rate})
        yield from pace.progress(pupil.step)
        work.seconds = before + time.monotonic() - sitting
        if time.monotonic() - saved >= _SAVE_EVERY:
            yield _saved(work)
            saved = time.monotonic()


def _examined(work: _Work) -> Generator[Event, None, Card]:
    """Look at held-out pictures, then write weights and card."""
    began = time.monotonic()
    accuracy = yield from examine(work.pupil.net, work.held_out, work.gate)
    values = {f"held_out/{slot}": share for slot, share in accuracy.items()}
    yield Metric(step=work.pupil.step, epoch=work.pupil.step / work.lessons.steps, values=values)
    weights = work.folder / "model.safetensors"
    with writing(weights) as temporary:
        state = {
            name: value.cpu().contiguous() for name, value in work.pupil.net.state_dict().items()
        }
        save_file(state, temporary)
    card = Card(
        settings=work.settings,
        kinds=work.settings.shown,
        pictures=len(work.albums[0].light),
        pictures_sha256=work.albums[0].fingerprint(),
        held_out=len(work.albums[1].light),
        held_out_sha256=work.albums[1].fingerprint(),
        steps=work.pupil.step,
        seconds=round(work.seconds + time.monotonic() - began, 1),
        parameters=count_parameters(work.pupil.net),
        accuracy=accuracy,
        weights_sha256=sha256(weights),
    )
    write_card(work.folder, card)
    return card


def _results(card: Card) -> dict[str, object]:
    return card.model_dump(mode="json") | {"accepted": card.accepted}


def _started(work: _Work) -> Started:
    settings, lessons = work.settings, work.lessons
    return Started(
        name=say("Built-in image teacher"),
        recipe="image_teacher",
        device=str(work.device),
        threads=torch.get_num_threads(),
        parameters=count_parameters(work.pupil.net),
        epochs=math.ceil(settings.steps / lessons.steps),
        steps_per_epoch=lessons.steps,
        train=len(lessons.light),
        validation=len(work.held_out.light),
        known=list(settings.shown),
        strangers=[],
        terms=["caption", "slots"],
    )


def _saved(work: _Work) -> Checkpoint:
    """Write the state of the training whole or not at all."""
    document = {
        "net": work.pupil.net.state_dict(),
        "optimiser": work.pupil.optimiser.state_dict(),
        "step": work.pupil.step,
        "seconds": work.seconds,
    }
    with writing(work.folder / _STATE) as temporary:
        torch.save(document, temporary)
    epoch = work.pupil.step / work.lessons.steps
    return Checkpoint(step=work.pupil.step, epoch=epoch, path=_STATE)


def _restored(work: _Work) -> bool:
    """Take everything back from a state; one that is damaged is passed over, and the training begins anew."""
    path, pupil = work.folder / _STATE, work.pupil
    if not path.exists():
        return False
    try:
        found = torch.load(path, map_location=work.device, weights_only=True)
        pupil.net.load_state_dict(found["net"])
        pupil.optimiser.load_state_dict(found["optimiser"])
        pupil.step, work.seconds = int(found["step"]), float(found["seconds"])
    except Exception:  # noqa: BLE001  damaged files fail in every way
        net, _ = built(work.settings)
        work.pupil = Pupil.new(net.to(work.device), work.settings.learning_rate)
        return False
    return True
