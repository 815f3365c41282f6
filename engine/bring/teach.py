"""“Teach it this”: a kind is added to a copy of a finished run from a few examples; the copy is a run of its own.

Of the net only the last layer grows, by one row (see `new_row`). So the old logits of all its samples stay as they are,
and what is forgotten is what the new kind takes away from the old ones: that is counted and told. A kind that is known
already is corrected: its row moves, and all others stay.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.bring.asked_run import AskedRun, asked_run
from engine.bring.asking import Lesson
from engine.bring.examples import NAME, read_examples, write_examples
from engine.bring.grown import grown, refined
from engine.bring.new_row import Material, learnt_row, moved_row
from engine.bring.thing import Floats
from engine.device import mixed_seed
from engine.errors import RunError
from engine.evaluation import evaluate, said
from engine.events import Answer, Event, Finished, Phase, Started
from engine.experiment import LONGEST_NAME, Experiment
from engine.points.augment import augment
from engine.predictions import PRETEND, TEST, TRAIN, Predictions, write
from engine.scoring import rated
from engine.state import tested_checkpoint
from engine.store import Run, RunStore
from engine.testing import Answers
from engine.words import counted, of_100, say

_VARIANTS = 32  # of each example, changed as in training


@dataclass(frozen=True)
class Taught:
    """What came of a lesson, on the test part at the run's own threshold: old kinds named right (of how many) and
    strangers turned away (of how many), each before and after; and the taught kind where there are clouds of it.
    new_before: of a kind that was known already, how many of them were right."""

    examples: int
    old: int
    before: float
    after: float
    strangers: int
    away_before: float
    away_after: float
    new: int
    new_right: int
    new_before: int | None = None

    def sentence(self, kind: str) -> str:
        """What has become of the old kinds, of strangers and of the new kind."""
        others = say("Old kinds") if self.new_before is None else say("The other kinds")
        told = [
            say(
                "{others} right: {moved} (of {old:,})",
                others=others,
                moved=_moved(self.before, self.after),
                old=self.old,
            )
        ]
        if self.strangers:
            away = _moved(self.away_before, self.away_after)
            told.append(
                say(
                    "Strangers turned away: {away} (of {strangers:,})",
                    away=away,
                    strangers=self.strangers,
                )
            )
        if self.new:
            name = kind.replace("_", " ")
            right = say("{new_right} of {new} right", new_right=self.new_right, new=self.new)
            before = (
                ""
                if self.new_before is None
                else say("{new_before} right before, ", new_before=self.new_before)
            )
            told.append(f"“{name}”: {before}{right}{(say(' after') if before else '')}")
        return ". ".join(told) + "."


def teach(lesson: Lesson, store: RunStore) -> Iterator[Event]:
    """Ends with an Answer, “teach_kind”: the new run's path and name, the kind, a sentence, and the figures.

    Raises RunError or FormatError, and then leaves no run.
    """
    asked = asked_run(store.open(lesson.run))
    kind = _named(lesson.kind, asked)
    layer = _last_layer(asked)
    clouds, names = read_examples(lesson.examples, asked.count)
    yield Phase(
        name=say("Learning"),
        detail=say("{kind}, from {examples}", kind=kind, examples=counted(len(clouds), "example")),
    )
    own = asked.predictions
    place = own.known.index(kind) if kind in own.known else None
    row, bias = _learn(asked, layer, clouds, place)
    seen, learnt = asked.answers(clouds, votes=True), (row.numpy(), float(bias))
    if place is None:
        after = grown(own, kind, learnt, seen.features, names)
    else:
        after = refined(own, place, learnt, seen.features, names)
    yield Phase(name=say("Rating by every score"))
    after = rated(after, asked.run.experiment.open_set.score)
    taught = _compared(own, after, len(clouds), place)
    run = store.create(_experiment(asked.run, kind, place is not None))
    try:
        with run.locked():
            _write_checkpoint(asked, run, row, bias, place)
            write_examples(run.path / NAME, clouds, names, asked.run.path / NAME)
            run.write_notes(_notes(asked.run, kind, names, taught))
            write(run.predictions_path, after)
            yield from _log(asked.run, run, after, taught, kind)
    except BaseException:
        shutil.rmtree(run.path, ignore_errors=True)
        raise
    value = {"run": str(run.path), "name": run.experiment.name, "kind": kind}
    told = {"sentence": taught.sentence(kind), "taught": vars(taught)}
    yield Answer(question="teach_kind", value=value | told)


def _named(kind: str, asked: AskedRun) -> str:
    """The kind's name on one line; a kind that is known, or a stranger of its data, by its own name."""
    name = " ".join(kind.split())
    if not name or not name.isprintable():
        raise RunError(say("The new kind needs a name. Nothing was learnt."))
    names = (*asked.known, *asked.predictions.kinds)
    named: str = next((old for old in names if _plain(old) == _plain(name)), name)
    return named


def _plain(kind: str) -> str:
    return kind.replace("_", " ").lower()


def _last_layer(asked: AskedRun) -> nn.Linear:
    layer = getattr(asked.net, "logits", None)
    if type(layer) is not nn.Linear or asked.predictions.weight is None:
        raise RunError(
            say(
                "The last layer of “{run}” is no plain one, so no kind can be added to it. Nothing was "
                "learnt. Choose a run with another recipe.",
                run=asked.run.name,
            )
        )
    return layer


def _learn(
    asked: AskedRun, layer: nn.Linear, clouds: Floats, place: int | None
) -> tuple[Tensor, Tensor]:
    """The new row and its bias, from the examples as they are and changed as in training; `place`: of the row that
    moves instead."""
    experiment, own = asked.run.experiment, asked.predictions
    generator = torch.Generator().manual_seed(mixed_seed(experiment.seed, len(clouds)))
    plain = torch.from_numpy(clouds)
    shown = [plain, *(augment(plain, experiment.augment, generator) for _ in range(_VARIANTS - 1))]
    examples = asked.answers(torch.cat(shown).numpy())
    old, mixed = own.of(TRAIN), own.of(PRETEND)
    kinds = len(own.known)
    material = Material(_pair(examples), _pair(old), _pair(mixed))
    weight = layer.weight.detach().cpu()
    if place is None:
        return learnt_row(material, weight[:kinds], kinds)
    shift = torch.zeros(()) if layer.bias is None else layer.bias.detach().cpu()[place]
    mine = torch.from_numpy(old.labels == place)
    return moved_row(material, mine, place, (weight[place], shift), kinds)


def _pair(answers: Answers | Predictions) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(answers.features), torch.from_numpy(answers.logits)


def _compared(before: Predictions, after: Predictions, examples: int, place: int | None) -> Taught:
    """The same test clouds of old kinds, before and after; the taught kind, at `place` where it was known, apart."""
    old, new = before.of(TEST), after.of(TEST)
    taught = new.labels == (len(old.known) if place is None else place)
    known = (old.labels < len(old.known)) & ~taught
    strange = ~known & ~taught
    words, own = (said(tested, tested.score, tested.threshold) for tested in (old, new))
    right, still = words == old.labels, own == new.labels
    return Taught(
        examples=examples,
        old=int(known.sum()),
        before=_share(right[known]),
        after=_share(still[known]),
        strangers=int(strange.sum()),
        away_before=_share(right[strange]),
        away_after=_share(still[strange]),
        new=int(taught.sum()),
        new_right=int(still[taught].sum()),
        new_before=None if place is None else int(right[taught].sum()),
    )


def _share(mask: NDArray[np.bool_]) -> float:
    return float(mask.mean()) if len(mask) else 0.0


def _moved(before: float, after: float) -> str:
    return say(
        "{before} % before, {after} % after", before=of_100(before, 1), after=of_100(after, 1)
    )


def _experiment(run: Run, kind: str, known: bool) -> Experiment:
    """That of the old run under another name: its data are the same, and the examples are none of them."""
    tail = f" + {(say('more ') if known else '')}{kind.replace('_', ' ')}"
    name = run.name[: LONGEST_NAME - len(tail)] + tail
    return run.experiment.model_copy(update={"name": name})


def _write_checkpoint(
    asked: AskedRun, run: Run, row: Tensor, bias: Tensor, place: int | None
) -> None:
    """The old weights and one more row, or another one at `place`, in a checkpoint of the same step."""
    source = tested_checkpoint(asked.run)
    first = len(asked.known) if place is None else place
    rest = first if place is None else first + 1
    weights = load_file(source / "model.safetensors")
    for name, more in (("logits.weight", row[None]), ("logits.bias", bias[None])):
        if name in weights:
            whole = weights[name]
            parts = [whole[:first], more.to(whole.dtype), whole[rest:]]
            weights[name] = torch.cat(parts).contiguous()
    folder = run.checkpoints / source.name
    folder.mkdir(parents=True)
    save_file(weights, folder / "model.safetensors")
    meta = json.loads((source / "meta.json").read_text(encoding="utf-8"))
    meta["sha256"] = {
        "model.safetensors": hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    }
    (folder / "meta.json").write_text(json.dumps(meta, indent=1), encoding="utf-8")


def _log(source: Run, run: Run, after: Predictions, taught: Taught, kind: str) -> Iterator[Event]:
    """What the new run's own log tells: it began as the old one did, and these are its results."""
    began = source.log.started()
    if began is not None:
        told: dict[str, Any] = {
            "name": run.experiment.name,
            "known": list(after.known),
            "strangers": [name for name in began.strangers if name != kind],
            "train": began.train + taught.examples,
        }
        run.log.append(Started.model_validate(began.model_dump(exclude={"time"}) | told))
    results = source.log.results()
    about = {name: results[name] for name in ("rule", "model", "checkpoint") if name in results}
    figures = evaluate(after, after.score, after.threshold) | about
    lesson = vars(taught) | {"kind": kind, "from": source.id}
    run.log.append(Finished(outcome="done", results=figures | {"taught": lesson}))
    yield Phase(name=say("Saving the run"))


def _notes(source: Run, kind: str, names: tuple[str, ...], taught: Taught) -> str:
    word = kind.replace("_", " ")
    return say(
        "Taught “{word}” from {examples} ({names}), on a copy of “{source}” ({id}).\n\n{changed}; all "
        "other weights are those of that run, bit for bit. {sentence}\n\nThe examples are in {name}.\n",
        word=word,
        examples=counted(len(names), "example"),
        names=", ".join(names),
        source=source.name,
        id=source.id,
        changed=_changed(word, taught),
        sentence=taught.sentence(word),
        name=NAME,
    )


def _changed(word: str, taught: Taught) -> str:
    if taught.new_before is None:
        return say("Only one row of the last layer is new")
    return say(
        "It knew “{word}” already: only the row of that kind in the last layer has moved", word=word
    )
