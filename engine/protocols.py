"""Protocols: which kinds of a data set are known, which are strangers, and how many strangers are tested."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.clouds import Clouds
from engine.errors import DataError
from engine.places import resource
from engine.registry import hint
from engine.words import say, translated

if TYPE_CHECKING:
    from engine.experiment import Data

STANDARD, PAPER, RANDOM = "standard1560", "paper990", "random"
STRANGERS_PER_KIND = 33  # the paper's 990 strangers are of 30 kinds
_PLAIN = {
    STANDARD: say("Every stranger of the test part"),
    PAPER: say("33 strangers of every kind"),
    RANDOM: say("Known kinds by lot"),
}

Groups = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class KindList:
    """A benchmark's choice. Every group is one answer: names of the same kind, or kinds that count as one.

    whole: the strangers' training part is tested too.
    """

    title: str
    known: Groups
    strangers: Groups
    whole: bool


@dataclass(frozen=True)
class Roles:
    """known: the kind each answer is called after, sorted; answers: the answer's number of every known kind;
    strangers: kinds of a data set that are strangers; notes: sentences about what is not as it was asked."""

    known: tuple[str, ...]
    answers: dict[str, int]
    strangers: tuple[str, ...]
    notes: tuple[str, ...] = ()


@cache
def kind_lists() -> dict[str, KindList]:
    """The named lists of kinds that come with the program."""
    document = tomllib.loads(resource("protocols.toml").read_text(encoding="utf-8"))
    return {
        name: _kind_list(entry, document["sets"]) for name, entry in document["protocols"].items()
    }


def _kind_list(entry: dict[str, Any], sets: dict[str, list[list[str]]]) -> KindList:
    known, strangers = (
        tuple(tuple(group) for name in entry[side] for group in sets[name])
        for side in ("known", "strangers")
    )
    return KindList(translated(entry["title"]), known, strangers, entry["whole"])


def titles() -> dict[str, str]:
    """All protocols and what they are called in the window."""
    return _PLAIN | {
        name: say("3DOS {name}: {each}", name=name, each=each.title)
        for name, each in kind_lists().items()
    }


def known_count(data: "Data") -> int:
    """How many answers there will be, as far as it can be told before the data are open: 10 where it cannot."""
    if data.protocol == RANDOM:
        return data.known_count
    if data.protocol in kind_lists():
        return len(kind_lists()[data.protocol].known)
    return len(data.known) or 10


def merging(data: "Data") -> str:
    """Differs where the same answers may stand for other kinds; empty where every kind stands for itself."""
    return data.protocol if data.protocol in kind_lists() else ""


def roles(clouds: Clouds, data: "Data") -> Roles:
    """Who is known and who is a stranger. Raises DataError when the data set has not the kinds for it."""
    if data.protocol in kind_lists():
        return _listed(clouds, data.protocol)
    known = _drawn(clouds, data) if data.protocol == RANDOM else _chosen(clouds, data)
    answers = {kind: number for number, kind in enumerate(known)}
    return Roles(known, answers, tuple(kind for kind in clouds.kinds if kind not in answers))


def _chosen(clouds: Clouds, data: "Data") -> tuple[str, ...]:
    known = tuple(sorted(set(data.known or clouds.known)))
    missing = [kind for kind in known if kind not in clouds.kinds]
    if missing:
        near = hint(missing[0], list(clouds.kinds))
        raise DataError(
            say(
                "{clouds} has no kind called “{missing}”. Nothing was learnt.{near}",
                clouds=clouds.title,
                missing=missing[0],
                near=near,
            )
        )
    if len(known) < 2:
        raise DataError(
            say(
                "At least two kinds must be known, or there is nothing to tell apart. Nothing was learnt."
            )
        )
    return known


def _drawn(clouds: Clouds, data: "Data") -> tuple[str, ...]:
    if data.known_count > len(clouds.kinds):
        raise DataError(
            say(
                "{known_count} kinds were to be known, but {clouds} has {kinds}. Nothing was learnt. Ask "
                "for fewer with data.known_count.",
                known_count=data.known_count,
                clouds=clouds.title,
                kinds=len(clouds.kinds),
            )
        )
    generator = np.random.default_rng(data.known_seed)
    drawn = generator.choice(len(clouds.kinds), data.known_count, replace=False)
    kinds = sorted(clouds.kinds)
    return tuple(kinds[number] for number in sorted(drawn))


def _listed(clouds: Clouds, name: str) -> Roles:
    asked, there = kind_lists()[name], _finder(clouds)
    if lacks := _lacks(clouds, name):
        raise DataError(
            say("{lacks} Nothing was learnt. Choose another protocol, or other data.", lacks=lacks)
        )
    known = sorted(there(group) for group in asked.known)
    answers = {kind: number for number, group in enumerate(known) for kind in group}
    strangers = {kind for group in asked.strangers for kind in there(group)}
    absent = [group[0] for group in asked.strangers if not there(group)]
    notes = (
        [
            say(
                "{clouds} has no {absent}; they are not tested.",
                clouds=clouds.title,
                absent=", ".join(absent),
            )
        ]
        if absent
        else []
    )
    return Roles(
        tuple(group[0] for group in known), answers, tuple(sorted(strangers)), tuple(notes)
    )


def unfit(clouds: Clouds) -> dict[str, str]:
    """The protocols whose kinds a data set lacks, each with a sentence that says so."""
    return {name: lacks for name in kind_lists() if (lacks := _lacks(clouds, name))}


def _lacks(clouds: Clouds, name: str) -> str:
    there = _finder(clouds)
    missing = [group[0] for group in kind_lists()[name].known if not there(group)]
    needs = (
        say("The protocol “{name}” needs a kind called “{missing}”", name=name, missing=missing[0])
        if missing
        else ""
    )
    return (
        say("{needs}, and {clouds} has none.", needs=needs, clouds=clouds.title) if missing else ""
    )


def _finder(clouds: Clouds) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    """Finds the kinds of a group that are there, however they are spelt; in the group's order."""
    spelt = {_spelling(kind): kind for kind in clouds.kinds}
    return lambda group: tuple(spelt[_spelling(name)] for name in group if _spelling(name) in spelt)


def _spelling(kind: str) -> str:
    return " ".join(kind.lower().replace("_", " ").replace("-", " ").split())
