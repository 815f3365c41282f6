"""By which score the net's sureness is measured; those that cannot be had are greyed and say why."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox

from engine.words import say
from workbench.kit import Picker
from workbench.models.counted import ScoreOffer

OLD = say(
    "No other score is stored: this run was tested by an older version. Resume it to have them all."
)
BEST = say(" · best on validation")
_NOBODY = say("No other score is stored of the teacher.")


class ScorePicker(Picker):
    """`picked` gives the registered name of a score."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__(say("Sureness measured by, open-set score"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setFixedWidth(240)
        self.view().setMinimumWidth(330)
        self.setMaxVisibleItems(18)
        self.activated.connect(lambda place: self.picked.emit(self.itemData(place)))

    def show_offers(
        self, offers: Sequence[ScoreOffer], now: str, schema: Mapping[str, Any], teacher: bool
    ) -> None:
        """Titles with the term beside, from the engine's schema where it is known."""
        model = QStandardItemModel(self)
        for place, offer in enumerate(offers):
            about = str(schema.get(offer.name, {}).get("about", ""))
            best = place == 0 and offer.rank is not None and len(offers) > 1
            item = QStandardItem(titled(offer.name, schema) + (BEST if best else ""))
            item.setData(offer.name, Qt.ItemDataRole.UserRole)
            item.setToolTip(offer.why_not or "\n".join(filter(None, (about, _told(offer)))))
            item.setEnabled(not offer.why_not)
            model.appendRow(item)
        alone = len(offers) == 1
        if alone:
            model.appendRow(_sentence(_NOBODY if teacher else OLD))
        self.setModel(model)
        self.setCurrentIndex(self.findData(now))
        said = model.item(self.currentIndex()).toolTip() if self.currentIndex() >= 0 else ""
        self.setToolTip((_NOBODY if teacher else OLD) if alone else said)


def titled(name: str, schema: Mapping[str, Any]) -> str:
    """A score's plain title with its term; the term alone where the title is not known."""
    term = name.replace("_", " ")
    title = schema.get(name, {}).get("title")
    if not title or title.lower() == term.lower():
        return title or term
    return f"{title} · {term}"


def _told(offer: ScoreOffer) -> str:
    if offer.rank is None:
        return ""
    return say(
        "Tells validation clouds from mixtures of them with AUROC {rank:.3f}.", rank=offer.rank
    )


def _sentence(words: str) -> QStandardItem:
    item = QStandardItem(words)
    item.setToolTip(words)
    item.setEnabled(False)
    return item
