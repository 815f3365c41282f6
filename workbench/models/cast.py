"""Who is learnt: what the draft's protocol makes of the open data."""

from dataclasses import dataclass

import numpy as np

from engine.clouds import Clouds
from engine.errors import DataError
from engine.experiment import Data
from engine.protocols import RANDOM, kind_lists, roles, titles
from engine.words import say


@dataclass(frozen=True)
class Cast:
    """known: the kind each answer is called after; learnt: the data set's kinds behind them; words: what there is to
    say about the choice; problem: why it cannot be made."""

    known: tuple[str, ...] = ()
    learnt: tuple[str, ...] = ()
    words: str = ""
    problem: str = ""

    def training_clouds(self, clouds: Clouds | None, data: Data) -> int:
        """How many clouds are learnt from, less what is held back."""
        if clouds is None:
            return 0
        each = [int(np.count_nonzero(clouds.train[clouds.of_kind(kind)])) for kind in self.learnt]
        return round(sum(each) * (1 - data.validation))


def cast_of(clouds: Clouds | None, data: Data, chosen: tuple[str, ...]) -> Cast:
    """The cast of a protocol; `chosen` are the kinds known on the Data page, which some protocols overrule."""
    if clouds is None:
        return Cast()
    try:
        found = roles(clouds, data.model_copy(update={"known": chosen}))
    except DataError as error:
        return Cast(problem=error.sentence)
    words = " ".join((*_overruled(data), *found.notes))
    return Cast(found.known, tuple(found.answers), words)


def _overruled(data: Data) -> tuple[str, ...]:
    if data.protocol == RANDOM:
        return (say("They are drawn by lot, whatever is known on the Data page."),)
    if data.protocol in kind_lists():
        title = titles()[data.protocol]
        return (
            say(
                "The protocol “{title}” names them, whatever is known on the Data page.",
                title=title,
            ),
        )
    return ()
