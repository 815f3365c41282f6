"""The one training loop, read top to bottom: open the data, build, train batch by batch, test, leave the run folder."""

import math
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import Literal, cast

import torch
from torch import nn

from engine import registry
from engine.control import Control, Wish
from engine.decay import decayed
from engine.device import choose, keep_memory, mixed, mixed_seed, use_threads
from engine.errors import EngineError, Left, RunError, Stopped
from engine.events import (
    Event,
    Finished,
    Metric,
    Note,
    Phase,
    Resumed,
    Started,
)
from engine.experiment import Training
from engine.failed import failed
from engine.nets import count_parameters
from engine.pace import Pace
from engine.pulls import pulls
from engine.ranks.together import Together
from engine.ranks.turns import agreed, first_only, first_then_all
from engine.ranks.world import here, named, tell
from engine.recipes.recipe import Bench, Recipe
from engine.schedule import learning_rate
from engine.state import Snapshot, checkpoints, put_back
from engine.store import Run, RunStore
from engine.tasks.every import task_of
from engine.tasks.task import Task
from engine.testing import gate_of_test
from engine.words import say
from engine.work import Work

_DROPOUT = 3
_NORMS_EVERY = (
    50  # batches between two looks at how hard each term pulls; a look costs a backward pass a term
)

Outcome = Literal["done", "finished early"]


def fit(run: Run, control: Control) -> Iterator[Event]:
    """Train a new run, or go on with one that was paused, interrupted or finished early.

    Yields every event after it is in the run's log. Ends with Finished or Failed; raises only RunError, when the run
    is done already or in use by another process, whose log is then left as it is, or when its log takes no more. One
    that is done but has lost its answers is tested once more.
    """
    if not here().first:
        with suppress(Stopped, Left):
            deque(_fit(run, control), maxlen=0)  # the first tells and writes
        return
    with run.locked():
        if run.state == "done" and task_of(run.experiment).tested(run):
            raise RunError(say("Run {id} is finished already. Nothing was changed.", id=run.id))
        try:
            for event in _fit(run, control):
                yield run.log.append(event)
        except Stopped:
            discarded = control.wish is Wish.DISCARD
            yield run.log.append(Finished(outcome="discarded" if discarded else "finished early"))
        except Exception as error:  # noqa: BLE001  whatever it is, the log must say how the run ended
            yield _ended(run, named(error))
    if control.wish is Wish.DISCARD:
        RunStore(run.path.parent).discard(run.path)


def _ended(run: Run, error: Exception) -> Event:
    """The failure, once it is in the log; RunError when that is what takes no more."""
    try:
        return run.log.append(failed(error))
    except OSError as full:
        raise RunError(
            say(
                "The log of run {id} could not be written: {full}. What it held before is not harmed. "
                "See to the disk's room and rights, then resume the run.",
                id=run.id,
                full=full,
            )
        ) from None


def _fit(run: Run, control: Control) -> Iterator[Event]:
    registry.get("recipe", run.experiment.recipe.name).check(run.experiment)
    task_class = task_of(run.experiment)
    task = yield from first_then_all(lambda: task_class.open(run.experiment, control))
    yield Phase(name=say("Building the nets"), part="building", detail=run.experiment.recipe.name)
    if here().first:
        put_back(run)
    newest = tell(next(checkpoints(run), None) if here().first else None)
    work = yield from _build(run, control, task, newest is None)
    for text in (*task.notes, *_shared(run.experiment.training)):
        yield Note(text=text)
    yield _started(work)
    if newest is not None:
        work.snapshot.restore(newest)
        yield Resumed(step=work.snapshot.position.step)
    outcome = yield from _train(work)
    yield work.save()
    if not here().first:
        return
    step = work.snapshot.position.step
    results = yield from task.test(run, work.recipe, gate_of_test(control, step))
    yield Finished(outcome=outcome, step=step, results=results)


def _build(run: Run, control: Control, task: Task, new: bool) -> Generator[Event, None, Work]:
    """Everything a run works with; the generator's return value."""
    experiment = run.experiment
    keep_memory()
    before = next((event for event in run.log.read() if isinstance(event, Started)), None)
    threads = use_threads(experiment.training, before.threads if before else 0)
    device = choose(experiment.training)
    torch.manual_seed(mixed_seed(experiment.seed))
    teachers = tuple(before.teachers) if before else ()
    store = RunStore(run.path.parent)
    bench = Bench(experiment, task.known, store, device, task.labels, teachers, task.groups)
    recipe_class = registry.get("recipe", experiment.recipe.name)
    settings = registry.configure("recipe", experiment.recipe.name, experiment.recipe.settings)
    recipe = cast(Recipe, recipe_class(settings, bench).to(device))
    if new and here().first:  # the others begin with its weights
        yield from recipe.begin(run.path)
    options = experiment.optimiser
    algorithm = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[options.name]
    optimiser = algorithm(
        decayed(recipe, options),
        lr=options.learning_rate,
        weight_decay=options.weight_decay,
        fused=device.type != "mps",
    )
    scaler = torch.amp.GradScaler(device.type, enabled=experiment.training.precision == "float16")
    batches = yield from task.batches(recipe, device, control)
    # A teacher that was trained meanwhile may have wished for others.
    torch.set_num_threads(threads)
    snapshot = Snapshot(recipe, optimiser, scaler)
    return Work(run, control, task, recipe, batches, snapshot, Together(recipe))


def _shared(training: Training) -> Iterator[str]:
    if here().size > 1:
        yield say(
            "{size} processes share each batch of {batch_size}; the result is that of one.",
            size=here().size,
            batch_size=training.batch_size,
        )


def _started(work: Work) -> Started:
    experiment, task = work.run.experiment, work.task
    return Started(
        name=experiment.name,
        recipe=experiment.recipe.name,
        device=str(work.batches.device),
        threads=torch.get_num_threads(),
        parameters=count_parameters(work.recipe.net),
        teacher_parameters=work.recipe.teacher_parameters,
        teachers=list(work.recipe.teachers),
        epochs=experiment.training.epochs,
        steps_per_epoch=work.batches.steps,
        train=len(task.train),
        validation=len(task.validation),
        known=list(task.known),
        strangers=list(task.strangers),
        terms=list(work.recipe.losses),
    )


def _train(work: Work) -> Generator[Event, None, Outcome]:
    """All batches; the generator's return value is the outcome."""
    training, position = work.run.experiment.training, work.snapshot.position
    steps = training.epochs * work.batches.steps
    pace = _pace(work)
    try:
        while True:
            epoch, within = divmod(position.step, work.batches.steps)
            if within == 0 and position.checked < epoch:
                yield from _check(work)
            if position.step >= steps:
                return "done"
            for event in _gate(work):
                yield event
                pace = _pace(work)  # waiting is no work
            for event in _ask_ahead(work, epoch):
                yield event
                pace = _pace(work)

            metric = _step(work)
            position.step += 1
            yield metric
            yield from pace.progress(position.step)

            if time.monotonic() - work.saved_at >= training.checkpoint_seconds:
                yield work.save()
    except Stopped:
        if work.control.wish is Wish.DISCARD:
            raise
        return "finished early"


def _gate(work: Work) -> Iterator[Event]:
    return agreed(work.control, partial(_own_gate, work))


def _own_gate(work: Work) -> Iterator[Event]:
    return work.control.gate(work.snapshot.position.step, before_pause=work.save)


def _ask_ahead(work: Work, epoch: int) -> Iterator[Event]:
    """Where clouds come in fixed variants: ask the teacher about all of an epoch's, once and for all."""
    memory, variant = work.recipe.memory, work.batches.variant(epoch)
    if memory is None or variant is None or memory.knows(variant):
        return

    def ask() -> Generator[Event, None, None]:
        for share in memory.ask(variant, work.batches.shown(variant)):
            if here().first:
                yield from _own_gate(work)
            detail = say("variant {variant} of each cloud", variant=variant + 1)
            yield Phase(name=say("Asking the teacher"), detail=detail, fraction=share)

    with mixed(work.run.experiment.training, work.batches.device):
        yield from first_then_all(ask)


def _pace(work: Work) -> Pace:
    batches, epochs = work.batches, work.run.experiment.training.epochs
    return Pace(work.snapshot.position.step, batches.steps, epochs, batches.size)


def _step(work: Work) -> Metric:
    """One batch: forward, backward, one change of the weights."""
    experiment, position, recipe = work.run.experiment, work.snapshot.position, work.recipe
    optimiser, scaler, device = work.snapshot.optimiser, work.snapshot.scaler, work.batches.device
    torch.manual_seed(mixed_seed(experiment.seed, _DROPOUT, position.step))
    rate = learning_rate(
        experiment.optimiser, position.step, work.batches.steps, experiment.training.epochs
    )
    for group in optimiser.param_groups:
        group["lr"] = rate

    recipe.train()
    batch = work.batches.at(position.step)
    with mixed(experiment.training, device):
        terms = work.together.terms(batch)
    total = recipe.total(terms, batch.epoch)
    if not total.requires_grad:
        raise EngineError(_teaches_nothing(terms, say("the net")))
    look = position.step % _NORMS_EVERY == 0
    pulled = pulls(recipe, terms, batch.epoch, work.together.mean) if look else {}

    optimiser.zero_grad(set_to_none=True)
    torch.autograd.backward(scaler.scale(total))
    if not _answers_taught(recipe):
        raise EngineError(_teaches_nothing(terms, say("the layer that answers")))
    scaler.unscale_(optimiser)
    limit = experiment.optimiser.gradient_clip or float("inf")
    norm = nn.utils.clip_grad_norm_(recipe.parameters(), limit)
    scaler.step(optimiser)
    scaler.update()

    values = {"loss": total, "gradient_norm": norm, "right": recipe.right.float()}
    values |= {f"loss/{name}": value for name, value in terms.items()} | pulled
    values |= recipe.figures
    numbers = dict(
        zip(
            values,
            torch.stack([value.detach().float() for value in values.values()]).tolist(),
            strict=True,
        )
    )
    # A scaler looks for its limit by going too far; without one such weights must never be saved.
    checked = ("loss",) if scaler.is_enabled() else ("loss", "gradient_norm")
    if not all(math.isfinite(numbers[name]) for name in checked):
        raise EngineError(_no_number(numbers, position.step))
    position.right += round(numbers.pop("right"))
    position.seen += batch.known
    return Metric(
        step=position.step + 1,
        epoch=(position.step + 1) / work.batches.steps,
        values=numbers | {"learning_rate": rate},
    )


def _answers_taught(recipe: Recipe) -> bool:
    """Whether a gradient reached the last layer: else its random answers would be tested as if they were learnt."""
    layer = getattr(recipe.net, "logits", None)
    weights = list(layer.parameters()) if isinstance(layer, nn.Module) else []
    return not weights or any(weight.grad is not None for weight in weights)


def _teaches_nothing(terms: Iterable[str], what: str) -> str:
    names = ", ".join(f"“{name}”" for name in terms)
    return say(
        "Nothing was learnt: no term of the loss ({names}) teaches {what}. Nothing else was harmed. "
        "Add one that does, such as “ce”, or “kd” where there is a teacher.",
        names=names,
        what=what,
    )


def _no_number(values: dict[str, float], step: int) -> str:
    terms = [name.removeprefix("loss/") for name in values if name.startswith("loss/")]
    guilty = [name for name in terms if not math.isfinite(values[f"loss/{name}"])]
    which = say(" (term “{guilty}”)", guilty=guilty[0]) if guilty else ""
    what = say("gradient") if math.isfinite(values["loss"]) else say("loss")
    return say(
        "The {what} is no number any more at batch {step}{which}. The last checkpoint is not harmed. "
        "Try a lower learning rate.",
        what=what,
        step=step + 1,
        which=which,
    )


def _check(work: Work) -> Iterator[Event]:
    """After an epoch: what the net has learnt so far, seen on what was held back."""
    position = work.snapshot.position
    gate = partial(_own_gate, work)
    values, merit = yield from first_only(lambda: work.task.check(work.recipe, position, gate))
    yield Metric(step=position.step, epoch=work.epoch, values=values)
    position.checked, position.right, position.seen = round(work.epoch), 0, 0
    if merit > position.best:
        position.best = merit
        yield work.save(best=True)
