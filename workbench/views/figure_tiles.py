"""The four numbers of a threshold, each with the counts behind it."""

from math import isnan

from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.metrics.open_set import Figures
from engine.words import of_100
from workbench.kit import Tile


class FigureTiles(QWidget):
    """Known kept and right, strangers turned away, balance of the two, right overall."""

    def __init__(self) -> None:
        super().__init__()
        self.known = Tile("Known, kept and right", "closed-set accuracy", "known")
        self.strangers = Tile("Strangers turned away", "open-set accuracy", "unknown")
        self.balance = Tile("Balance of the two", "F-measure", "accent")
        self.overall = Tile("Right overall", "total accuracy", "ink2")
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
        self.known.set_note(_counted("closed-set", right, known))
        self.strangers.set_number(*percent(figures["acc_open"]))
        self.strangers.set_note(_counted("open-set", away, strangers))
        self.balance.set_number(*percent(figures["f_measure"]))
        self.balance.set_note("F-measure, weighted")
        self.overall.set_number(*percent(figures["acc_total"]))
        self.overall.set_note(_counted("total", right + away, known + strangers))

    def explain(self, figures: Figures) -> None:
        """Tooltips: how far to trust each share, and the other F-measures."""
        intervals = figures["intervals"]
        self.known.setToolTip(_trust("Closed-set accuracy", *intervals["acc_closed"]))
        self.strangers.setToolTip(_trust("Open-set accuracy", *intervals["acc_open"]))
        self.overall.setToolTip(_trust("Total accuracy", *intervals["acc_total"]))
        self.balance.setToolTip(
            "F1 of every known kind and of “I do not know”, weighted by how many there are. "
            f"Unweighted: {_said(figures['f_macro'])}, known kinds only: "
            f"{_said(figures['f_known_macro'])}, strangers against known: "
            f"{_said(figures['f_binary'])}."
        )


def percent(share: float) -> tuple[str, str]:
    """Number and unit; two empty words when it was not measured."""
    return ("", "") if isnan(share) else (of_100(share, 1), "%")


def _said(share: float) -> str:
    return " ".join(percent(share)) or "not measured"


def _counted(term: str, part: int, whole: int) -> str:
    return f"{term} · {part:,} of {whole:,}" if whole else f"{term} · none in this test"


def _trust(term: str, low: float, high: float) -> str:
    if isnan(low):
        return f"{term}: not measured, this test has none of them."
    return f"{term}. With so many samples the true share is likely {of_100(low, 1)}% to {of_100(high, 1)}%."
