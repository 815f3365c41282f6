"""The right column of Set-up: what will happen, in words, facts and folded settings; and the start."""

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from engine.store import RunSummary
from engine.words import say
from workbench.forms import leave_undo_to_the_page
from workbench.kit import Button, Card, FadingScroll, IconButton, Picker, Text
from workbench.models.former_runs import LATEST, in_time, label_of
from workbench.models.recipes import Sizes, in_short
from workbench.models.run_table import names_of
from workbench.views.facts import Facts
from workbench.views.launch_lines import LaunchLines
from workbench.views.setting_folds import SettingFolds

WIDTH = 296
_SETTLED_MS = 50  # the column is laid out anew first
LEARNS_FROM, NET, SIZE, WORK, PASSES, TIME = (
    say("Learns from"),
    say("Net"),
    say("Size"),
    say("Multiplications per cloud"),
    say("Passes over the data"),
    say("Time on this computer"),
)
NOT_MEASURED = say("not measured yet")
AT_MOST = say("Counted for answers as wide as CLIP’s; the built-in teacher’s are narrower")
_TRY = say(
    "Starts the same run with fewer passes: as many as fit in a minute, judged by earlier runs, or "
    "two when there were none. It is tested and kept as a run of its own; this draft stays as it is."
)
_MADE_FIRST = say(
    "What it learns from and its own teachers are made before, where they are not there yet; that can "
    "take some minutes more."
)
MEASURE = say("Start a run of this net once: how fast it is will be known then.")


class SetupSide(Card):
    """Widgets and their layout; the page fills them and listens."""

    renamed = Signal(str)
    teacher_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self.name_line = QLineEdit()
        self.words = Text("", "small", "ink2", wrap=True)
        self.facts = Facts([LEARNS_FROM, NET, SIZE, WORK, PASSES, TIME])
        self.teacher_row = QWidget()
        self.teacher = Picker(say("Teacher"))
        self.teacher_words = Text("", "small", "ink2", wrap=True)
        self.folds = SettingFolds()
        self.launch = LaunchLines()
        self.obstacle = Text("", "small", "warn", wrap=True)
        self.waiting = Text("", "small", "ink2", wrap=True)
        self.wave = IconButton("close", say("Let it go: this draft waits no longer"), 24)
        self.detour = Button("")
        self.start = Button(say("Start learning"), "play", "primary")
        self.save = Button(say("Save recipe"))
        self.trial = Button(say("Short run, 1 min"))
        self.trial.setToolTip(_TRY)
        self._lay_out()
        self.name_line.setAccessibleName(say("Name of the run"))
        self.name_line.setMaxLength(80)
        leave_undo_to_the_page(self.name_line)
        self.name_line.textEdited.connect(self.renamed)
        self.teacher.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.teacher.activated.connect(
            lambda row: self.teacher_chosen.emit(self.teacher.itemData(row))
        )

    def show_name(self, name: str) -> None:
        """Show the run's name, unless that is what stands there."""
        if " ".join(self.name_line.text().split()) != name:
            self.name_line.setText(name)

    def show_facts(
        self, data: str, net: str, sizes: Sizes, passes: int, needed: float | None
    ) -> None:
        """Show what is learnt from, the net, its size, and how many seconds it takes, where that is known."""
        facts = self.facts
        facts.set_fact(LEARNS_FROM, data)
        facts.set_fact(NET, net)
        why = AT_MOST if sizes.at_most else ""
        facts.set_fact(SIZE, _dials(sizes) if sizes.parameters else "", why)
        facts.set_fact(WORK, _work(sizes) if sizes.macs else "", why)
        facts.set_fact(PASSES, str(passes))
        if needed is None:
            facts.set_fact(TIME, NOT_MEASURED, MEASURE)
        else:
            facts.set_fact(TIME, in_time(needed))

    def show_teachers(self, teachers: list[RunSummary], chosen: str, words: str) -> None:
        """Show who can teach, with the one that will, and what there is to say about them."""
        self.teacher_row.setVisible(bool(teachers))
        self.teacher_words.setText(words)
        self.teacher_words.setVisible(bool(words))
        self.teacher.clear()
        self.teacher.addItem(say("Newest that fits"), LATEST)
        names = names_of(teachers)
        for line in teachers:
            self.teacher.addItem(label_of(replace(line, name=names[line.path])), line.id)
        row = self.teacher.findData(chosen or LATEST)
        if row < 0:
            self.teacher.addItem(chosen, chosen)
            row = self.teacher.count() - 1
        self.teacher.setCurrentIndex(row)

    def show_fold(self, key: str) -> None:
        """Open a group of settings and bring it into sight."""
        fold = self.folds.folds.get(key)
        if fold is not None:
            fold.set_open(True)
            QTimer.singleShot(
                _SETTLED_MS, fold, lambda: self.column.ensureWidgetVisible(fold, 0, 40)
            )

    def show_trial(self, prepares: bool) -> None:
        """What a short run is; prepares: what it learns from, and its teachers, may have to be made before."""
        self.trial.set_look(say("Short run") if prepares else say("Short run, 1 min"))
        self.trial.setToolTip(f"{_TRY} {_MADE_FIRST}" if prepares else _TRY)

    def show_obstacle(self, sentence: str) -> None:
        """Say why the run cannot start, or let it start."""
        self.obstacle.setText(sentence)
        self.obstacle.setVisible(bool(sentence))
        for button in (self.start, self.trial):
            button.setEnabled(not sentence)
        self.start.setAccessibleDescription(sentence)

    def show_detour(self, words: str, deed: str) -> None:
        """What the button that leaves this draft for a while, or comes back to one, does; no deed: it is not there."""
        self.waiting.setText(words)
        self.waiting.setVisible(bool(words))
        self.wave.setVisible(bool(words))
        self.detour.setText(deed)
        self.detour.setAccessibleName(deed)
        self.detour.setVisible(bool(deed))

    def _lay_out(self) -> None:
        self.body.setContentsMargins(0, 16, 0, 16)
        inside = QWidget()
        inside.setProperty("plain", True)
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 0, 16, 0)
        column.setSpacing(12)
        column.addWidget(Text(say("In plain words"), "h2"))
        column.addWidget(self.words)
        column.addLayout(_labelled(say("Name"), self.name_line))
        column.addWidget(self.facts)
        _fill(self.teacher_row, say("Teacher"), self.teacher)
        column.addWidget(self.teacher_row)
        column.addWidget(self.teacher_words)
        column.addWidget(self.folds)
        column.addWidget(self.launch)
        column.addStretch(1)
        self.inside = inside
        self.column = FadingScroll("bg1")
        self.column.setWidget(inside)
        self.column.setAccessibleName(say("The run in words, and its settings"))
        self.body.addWidget(self.column, 1)
        self.body.addLayout(self._feet())

    def _feet(self) -> QVBoxLayout:
        second = QHBoxLayout()
        second.setSpacing(8)
        second.addWidget(self.save, 1)
        second.addWidget(self.trial, 1)
        feet = QVBoxLayout()
        feet.setContentsMargins(16, 4, 16, 0)
        feet.setSpacing(8)
        waits = QHBoxLayout()
        waits.setSpacing(6)
        waits.addWidget(self.waiting, 1)
        waits.addWidget(self.wave, 0, Qt.AlignmentFlag.AlignTop)
        feet.addLayout(waits)
        feet.addWidget(self.obstacle)
        feet.addWidget(self.detour)
        feet.addWidget(self.start)
        feet.addLayout(second)
        return feet


def _labelled(label: str, control: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    row.addWidget(Text(label, "small", "ink2"))
    row.addWidget(control, 1)
    return row


def _fill(row: QWidget, label: str, control: QWidget) -> None:
    row.setLayout(_labelled(label, control))


def _dials(sizes: Sizes) -> str:
    if sizes.at_most:
        return say("up to {parameters:,} dials", parameters=sizes.parameters)
    return say("{parameters:,} dials", parameters=sizes.parameters)


def _work(sizes: Sizes) -> str:
    short = in_short(sizes.macs)
    return say("up to {short}", short=short) if sizes.at_most else short
