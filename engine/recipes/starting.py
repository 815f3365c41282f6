"""Begin with weights that were learnt before: of a run, or of a published checkpoint file."""

from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import Field
from torch import nn

from engine import registry
from engine.atomic import write_text
from engine.errors import ConfigError, RunError
from engine.events import Event, Figure, Note
from engine.experiment import Experiment
from engine.pretrained import Match, take
from engine.recipes.recipe import Bench
from engine.recipes.same_data import data_kind, doubt_about, refuse_other_split
from engine.state import tested_checkpoint
from engine.store import Run, RunStore
from engine.words import say

MATCH = "match.json"
Take = Callable[[nn.Module, Path, str], Match]


class StartSettings(registry.Settings):
    """Where a net starts."""

    start: str = Field(
        "",
        title=say("Starts from"),
        description=say(
            "A run that learnt before, as from pictures, or a file of Point-MAE, Point-BERT, ACT or "
            "ReCon. Empty: from scratch."
        ),
        json_schema_extra={"term": say("pre-trained weights"), "place": "file"},
    )


def started(
    net: nn.Module, start: str, bench: Bench, folder: Path, taken: Take = take
) -> Iterator[Event]:
    """Load the encoder a name stands for, if any, or what else `taken` finds there; what was loaded is noted, and
    written to `folder` as match.json.

    Raises an error in a sentence where there is no such thing, too little of it fits, or a run has learnt from these
    data with another test part.
    """
    start = start.strip()
    if not start:
        return
    file, run = found(start, bench.store)
    doubt = _doubt(run, bench.experiment) if run is not None else ""
    match = taken(net, file, start)
    try:
        write_text(folder / MATCH, match.table())
    except OSError as error:
        raise RunError(
            say("What was loaded could not be written down: {error}.", error=error)
        ) from None
    yield from (Note(text=text) for text in (match.sentence(), doubt) if text)
    yield Figure(name="match", path=MATCH)


def found(start: str, store: RunStore) -> tuple[Path, Run | None]:
    """The checkpoint a name stands for: a file, or the tested weights of a run."""
    path = Path(start).expanduser()
    if path.is_file():
        return path, None
    if path.suffix in (".pt", ".pth", ".safetensors", ".ckpt", ".tar"):
        raise ConfigError(
            say("There is no checkpoint file at {start}. Nothing was started.", start=start)
        )
    run = store.open(start)
    return tested_checkpoint(run) / "model.safetensors", run


def _doubt(run: Run, experiment: Experiment) -> str:
    """As of a teacher, where both learn from data of one name: what a net starts from may know the test, too; so it
    may where it learnt from pictures of these clouds."""
    before = run.experiment
    kind = data_kind(experiment)
    if (data_kind(before), kind) == ("pairs", "dataset"):
        refuse_other_split(run, experiment.data)
    if (data_kind(before), before.data.name) != (kind, experiment.data.name):
        return ""
    return doubt_about(run, experiment.data, kind, "run")
