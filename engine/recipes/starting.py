"""Begin with weights that were learnt before: of a run, or of a published checkpoint file."""

from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import Field
from torch import nn

from engine import registry
from engine.atomic import write_text
from engine.errors import ConfigError, RunError
from engine.events import Event, Figure, Note
from engine.pretrained import Match, take
from engine.state import tested_checkpoint
from engine.store import RunStore

MATCH = "match.json"
Take = Callable[[nn.Module, Path, str], Match]


class StartSettings(registry.Settings):
    """Where a net starts."""

    start: str = Field(
        "",
        title="Starts from",
        description="A run’s id or folder, or a file of Point-MAE, Point-BERT, ACT or ReCon. Empty: from scratch.",
        json_schema_extra={"term": "pre-trained weights", "place": "file"},
    )


def started(
    net: nn.Module, start: str, store: RunStore, folder: Path, taken: Take = take
) -> Iterator[Event]:
    """Load the encoder a name stands for, if any, or what else `taken` finds there; what was loaded is noted, and
    written to `folder` as match.json.

    Raises an error in a sentence where there is no such thing, or too little of it fits.
    """
    start = start.strip()
    if not start:
        return
    match = taken(net, _file(start, store), start)
    try:
        write_text(folder / MATCH, match.table())
    except OSError as error:
        raise RunError(f"What was loaded could not be written down: {error}.") from None
    yield Note(text=match.sentence())
    yield Figure(name="match", path=MATCH)


def _file(start: str, store: RunStore) -> Path:
    """The checkpoint a name stands for: a file, or the tested weights of a run."""
    path = Path(start).expanduser()
    if path.is_file():
        return path
    if path.suffix in (".pt", ".pth", ".safetensors", ".ckpt", ".tar"):
        raise ConfigError(f"There is no checkpoint file at {start}. Nothing was started.")
    return tested_checkpoint(store.open(start)) / "model.safetensors"
