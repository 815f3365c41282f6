"""The four numbers of a threshold, each with the counts behind it."""

from math import isnan

from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.metrics.open_set import Figures
from engine.words import of_100, say
from workbench.kit import Tile


class FigureTiles(QWidget):
    """Known kept and right, strangers turned away, balance of the two, right overall."""

    def __init__(self) -> None:
        super().__init__()
        self.known = Tile(say("Known, kept and right"), say("closed-set accuracy"), "known")
        self.strangers = Tile(say("Strangers turned away"), say("open-set accuracy"), "unknown")
        self.balance = Tile(say("Balance of the two"), say("F-measure"), "accent")
        self.overall = Tile(say("Right overall"), say("total accuracy"), "ink2")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for tile in (self.known, self.strangers, self.balance, self.overall):
            row.addWidget(tile, 1)

    def show_figures(self, figures: Figures) -> None:
        """Show other numbers; what was not measured is a dash."""
        counts = figures["counts"]
        right, known = counts["correct_closed"], counts["n_closed"]
        away, strangers = counts["rejected_open"], counts["n_open"]
        self.known.set_number(*percent(figures["acc_closed"]))
        self.known.set_note(_counted(say("closed-set"), right, known))
        self.strangers.set_number(*percent(figures["acc_open"]))
        self.strangers.set_note(_counted(say("open-set"), away, strangers))
        self.balance.set_number(*percent(figures["f_measure"]))
        self.balance.set_note(say("F-measure, weighted"))
        self.overall.set_number(*percent(figures["acc_total"]))
        self.overall.set_note(_counted(say("total"), right + away, known + strangers))

    def explain(self, figures: Figures) -> None:
        """Tooltips: how far to trust each share, and the other F-measures."""
        intervals = figures["intervals"]
        self.known.setToolTip(_trust(say("Closed-set accuracy"), *intervals["acc_closed"]))
        self.strangers.setToolTip(_trust(say("Open-set accuracy"), *intervals["acc_open"]))
        self.overall.setToolTip(_trust(say("Total accuracy"), *intervals["acc_total"]))
        self.balance.setToolTip(
            say(
                "F1 of every known kind and of “I do not know”, weighted by how many there are. "
                "Unweighted: {macro}, known kinds only: {known}, strangers against known: {binary}.",
                macro=_said(figures["f_macro"]),
                known=_said(figures["f_known_macro"]),
                binary=_said(figures["f_binary"]),
            )
        )


def percent(share: float) -> tuple[str, str]:
    """Number and unit; two empty words when it was not measured."""
    return ("", "") if isnan(share) else (of_100(share, 1), "%")


def _said(share: float) -> str:
    return " ".join(percent(share)) or say("not measured")


def _counted(term: str, part: int, whole: int) -> str:
    return (
        say("{term} · {part:,} of {whole:,}", term=term, part=part, whole=whole)
        if whole
        else say("{term} · none in this test", term=term)
    )


def _trust(term: str, low: float, high: float) -> str:
    if isnan(low):
        return say("{term}: not measured, this test has none of them.", term=term)
    return say(
        "{term}. With so many samples the true share is likely {low}% to {high}%.",
        term=term,
        low=of_100(low, 1),
        high=of_100(high, 1),
    )
