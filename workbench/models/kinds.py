"""The kinds of a data set in two groups, known and strangers, each with its count and a switch."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from engine.clouds import Clouds
from engine.words import counted, say

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Heading:
    """The line above a group."""

    text: str
    note: str


@dataclass(frozen=True)
class Kind:
    """One kind: how many objects, the share of the largest kind, and its colour."""

    name: str
    count: int
    share: float
    known: bool
    color: str | int

    @property
    def title(self) -> str:
        """The name as people write it."""
        return plain(self.name)


def plain(name: str) -> str:
    """A kind's name without underscores."""
    return name.replace("_", " ")


def kind_color(kind: str, clouds: Clouds, known: tuple[str, ...]) -> str | int:
    """The class colour of a known kind, whichever others are known; the strangers' token for any other."""
    if kind not in known:
        return "unknown"
    usual = clouds.known
    return (*usual, *(other for other in clouds.kinds if other not in usual)).index(kind)


class KindsModel(QAbstractListModel):
    """Headings and kinds as rows. Checking a row emits `switched`; the rows follow when told to."""

    switched = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self._kinds: list[Kind] = []
        self._rows: list[Heading | Kind] = []
        self._filter = ""

    def set_clouds(self, clouds: Clouds | None, known: tuple[str, ...]) -> None:
        """Show the kinds of these clouds."""
        self._kinds = list(_count(clouds, known)) if clouds is not None else []
        self._arrange()

    def set_filter(self, words: str) -> None:
        """Only kinds with these words in their name."""
        self._filter = words.strip().casefold()
        self._arrange()

    def row(self, index: _Index) -> Heading | Kind:
        """What a row shows."""
        return self._rows[index.row()]

    def place_of(self, name: str) -> QModelIndex:
        """Where a kind is; invalid when it is filtered out."""
        for place, row in enumerate(self._rows):
            if isinstance(row, Kind) and row.name == name:
                return self.index(place)
        return QModelIndex()

    def _arrange(self) -> None:
        self.beginResetModel()
        self._rows = []
        for known, text in ((True, say("Known to the model")), (False, say("Strangers"))):
            group = [kind for kind in self._kinds if kind.known == known]
            found = [kind for kind in group if self._filter in kind.title.casefold()]
            if found or (group and not self._filter):
                self._rows += [Heading(text, counted(len(group), "kind")), *found]
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self.row(index), Heading):
            return Qt.ItemFlag.NoItemFlags
        flag = Qt.ItemFlag
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsUserCheckable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if isinstance(row, Heading):
            return row.text if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if row.known else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.AccessibleTextRole:
            group = say("known to the model") if row.known else say("stranger")
            return say(
                "{row}, {count} objects, {group}", row=row.title, count=row.count, group=group
            )
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self.row(index)
        if role != Qt.ItemDataRole.CheckStateRole or isinstance(row, Heading):
            return False
        self.switched.emit(row.name, Qt.CheckState(value) == Qt.CheckState.Checked)
        return True


def _count(clouds: Clouds, known: tuple[str, ...]) -> Iterator[Kind]:
    counts = np.bincount(clouds.labels, minlength=len(clouds.kinds))
    most = max(1, int(counts.max(initial=0)))
    for kind, count in zip(clouds.kinds, counts.tolist(), strict=True):
        yield Kind(kind, count, count / most, kind in known, kind_color(kind, clouds, known))
