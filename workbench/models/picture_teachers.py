"""The built-in teachers of pictures on this computer, as their cards tell: read without what they are made of."""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.places import teachers_folder
from engine.words import of_100, say

NONE_YET = say(
    "There is none on this computer yet: it is trained first, about ten minutes. Later runs use it too."
)
_OTHERS = ("colour", "size", "view")


@dataclass(frozen=True)
class PictureTeacher:
    """One that was trained: its folder's name, its size, and shares of right words about pictures it had never seen."""

    name: str
    parameters: int
    kinds: int
    held_out: int
    right: float
    others: tuple[tuple[str, float], ...]
    accepted: bool

    @property
    def words(self) -> str:
        """Which it is and how right, in sentences."""
        more = ", ".join(f"{slot} {of_100(share)} %" for slot, share in self.others)
        told = say(
            "It knows {kinds} kinds and names the right one in {right} % of {held_out:,} pictures it "
            "had never seen{more}.",
            kinds=self.kinds,
            right=of_100(self.right),
            held_out=self.held_out,
            more=f" ({more})" if more else "",
        )
        doubt = "" if self.accepted else say(" That is too seldom to teach.")
        return say("{told}{doubt} Its folder is {name}.", told=told, doubt=doubt, name=self.name)


def teacher_at(folder: str) -> PictureTeacher | None:
    """The one in a folder, or without a name the one that would teach: the newest that was accepted, else the newest;
    None where there is none."""
    if folder:
        return _read(Path(folder).expanduser())
    cards = list(teachers_folder().glob("built_in-*/card.json"))
    cards.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    found = [teacher for path in cards if (teacher := _read(path.parent)) is not None]
    return next((teacher for teacher in found if teacher.accepted), found[0] if found else None)


def _read(folder: Path) -> PictureTeacher | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        right = {slot: float(share) for slot, share in card["accuracy"].items()}
        return PictureTeacher(
            folder.name,
            int(card["parameters"]),
            len(card["kinds"]),
            int(card["held_out"]),
            right["kind"],
            tuple((slot, right[slot]) for slot in _OTHERS if slot in right),
            bool(card["accepted"]),
        )
    return None
