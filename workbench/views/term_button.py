"""Adds a term to what is passed on: a menu of losses in plain words; what cannot work here is grey and says why."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu

from engine.words import say
from workbench.kit import Button
from workbench.models.terms import TermOffer

_ASKING = say("The engine is still finding out which terms fit this recipe.")
_REFUSED = say("Not with this recipe")


class TermButton(Button):
    """`picked` gives the registered name of a loss."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__(say("Add a term"), "plus")
        self._offers: Sequence[TermOffer] | None = None
        self.clicked.connect(self._open)

    def show_offers(self, offers: Sequence[TermOffer] | None) -> None:
        """What can be added; None: the engine has not said yet what fits."""
        self._offers = offers
        self.setEnabled(offers is not None)
        self.setToolTip(
            _ASKING if offers is None else say("Another loss, with a weight of its own")
        )

    def menu_of_terms(self) -> QMenu:
        """Those that fit, then those that are refused, which tell why."""
        menu, offers = QMenu(self), self._offers or ()
        for offer in offers:
            if not offer.why_not:
                self._add(menu, offer)
        refused = [offer for offer in offers if offer.why_not]
        if refused:
            menu.addSeparator()
            others = menu.addMenu(_REFUSED)
            others.setToolTipsVisible(True)
            for offer in refused:
                self._add(others, offer)
        menu.setToolTipsVisible(True)
        return menu

    def _add(self, menu: QMenu, offer: TermOffer) -> None:
        action = menu.addAction(f"{offer.word}\t{offer.term}")
        action.setToolTip(offer.why_not or offer.why)
        action.setEnabled(not offer.why_not)
        action.triggered.connect(partial(self.picked.emit, offer.name))

    def _open(self) -> None:
        menu = self.menu_of_terms()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))
