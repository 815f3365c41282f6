"""The cloud as an idea sees it: by attention, by patches or in the picture's colours, and the order of the centres."""

import numpy as np
from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.orbit import Floats, Frame
from engine.words import of_100, say
from workbench import motion, theme
from workbench.kit import Card, IconButton, Segmented, Slider, Text, Toggle
from workbench.models.attention import Rows, patch_of, pictured
from workbench.models.concepts import ConceptModel
from workbench.views import make_cloud_view
from workbench.views.centre_marks import CentreMarks
from workbench.views.colours import rgb
from workbench.views.idea_picture import Dye

ATTENTION, PATCHES, PHOTO = range(3)
_REPLAY_MS, _TICK_MS = 4000, 40
_TINTS = 48
_NO_IDEAS = say("This student has no ideas of its own: it learnt without concept extraction.")
_GUESSED = say(
    "An idea’s name is guessed over all clouds: the word whose pairs need the idea most. It tells "
    "nothing of this cloud. A double click on its tile gives another name."
)
_NO_PLACES = say(
    "It is not known where the camera of this picture stood, so no point has a place in it."
)


class ConceptStage(QWidget):
    """Follows a concept model; `play` replays the centres."""

    def __init__(self, model: ConceptModel) -> None:
        super().__init__()
        self._model = model
        self.view = make_cloud_view()
        self.marks = CentreMarks(self.view)
        self.colouring = Segmented([say("Attention"), say("Patches"), say("Photo colours")])
        self.centres = Toggle(say("Show the centres of the patches"))
        self.centres.setChecked(True)
        self.replay = Slider(1, 1, 1)
        self.replay.setAccessibleName(say("How many centres are shown, farthest first"))
        self.play_button = IconButton("play", say("Replay the centres (Space)"), 28)
        self.count = Text("", "strong")
        self._wish = (
            ATTENTION  # the colouring asked for, though another pair or run may not have it
        )
        self._playing = QTimer(self, interval=_TICK_MS)
        self._playing.timeout.connect(self._tick)
        self._lay_out()
        self.colouring.changed.connect(self._recolour)
        self.centres.toggled.connect(lambda _: self._mark())
        self.replay.valueChanged.connect(self._count)
        self.replay.sliderPressed.connect(self.stop)
        self.play_button.clicked.connect(self.play)
        model.pair_changed.connect(self._place)
        for changed in (model.map_changed, model.idea_changed, model.renamed):
            changed.connect(self._paint)
        theme.changed().connect(self._paint)

    @property
    def playing(self) -> bool:
        """Whether the centres are being replayed."""
        return self._playing.isActive()

    def play(self) -> None:
        """Go on from here, from the first centre when all are there; or stand still."""
        if self.playing:
            self.stop()
            return
        everything = self.replay.value() == self.replay.maximum()
        self.centres.setChecked(True)
        if motion.reduced():
            self.replay.setValue(1 if everything else self.replay.maximum())
            return
        if everything:
            self.replay.setValue(1)
        self._playing.start()
        self.play_button.set_icon("pause", say("Stand still (Space)"))

    def stop(self) -> None:
        """Stand still."""
        self._playing.stop()
        self.play_button.set_icon("play", say("Replay the centres (Space)"))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.stop()

    def _tick(self) -> None:
        step = max(1, self.replay.maximum() * _TICK_MS // _REPLAY_MS)
        self.replay.setValue(self.replay.value() + step)
        if self.replay.value() == self.replay.maximum():
            self.stop()

    # --- what is shown ---

    def _place(self) -> None:
        """Another pair: another cloud and other centres."""
        model, look = self._model, self._model.look
        if look is None:
            return
        self.stop()
        grey, frame = Dye.now().plain(len(look.points)), Frame.around(look.points)
        name = model.shown.names[look.pair]
        self.view.show_scene(look.points, grey, look.light, frame, name)
        self._offer()
        patches = model.shown.centres.shape[1]
        everything = self.replay.value() == self.replay.maximum()
        self.replay.setRange(1, patches)
        self.replay.setValue(patches if everything else self.replay.value())
        self._count()
        self._paint()

    def _offer(self) -> None:
        """Only what this pair can be coloured by."""
        model = self._model
        placed = bool((model.shown.cells[model.pair] >= 0).any())
        why = ("" if model.ideas else _NO_IDEAS, "", "" if placed else _NO_PLACES)
        for place, reason in enumerate(why):
            self.colouring.set_option_enabled(place, not reason, reason)
        there = [place for place, reason in enumerate(why) if not reason]
        with QSignalBlocker(self.colouring):
            self.colouring.set_index(self._wish if self._wish in there else there[0])

    def _recolour(self, way: int) -> None:
        self._wish = way
        self._paint()

    def _count(self) -> None:
        """Another number of centres."""
        shown, whole = self.replay.value(), self.replay.maximum()
        self.count.setText(say("{shown} of {whole}", shown=shown, whole=whole))
        self.replay.setAccessibleDescription(
            say("{shown} of {whole} centres", shown=shown, whole=whole)
        )
        if self.colouring.index == PATCHES:
            self._paint()
        else:
            self._mark()

    def _paint(self) -> None:
        if self._model.ready:
            self.view.set_colors(self._colors())
            ramp = ("attention", say("ignored"), say("looked at"))
            self.view.set_legend(*(ramp if self.colouring.index == ATTENTION else ("",)))
            facts, named = self._facts(), self.colouring.index == ATTENTION
            self.view.set_chips(facts)
            if len(facts) > 1:
                self.view.chips.explain(1, _GUESSED if named and len(facts) > 2 else "")
            self._mark()

    def _mark(self) -> None:
        model = self._model
        if not model.ready or not self.centres.isChecked():
            self.marks.show_centres(np.zeros((0, 3), np.float32), np.zeros(0, np.float32))
            return
        shown = self.replay.value()
        lit = self.colouring.index == ATTENTION and model.ideas
        centres = model.shown.centres[model.pair, :shown]
        share = model.share(model.idea)[:shown] if lit else np.zeros(shown, np.float32)
        self.marks.show_centres(centres, share)

    def _facts(self) -> list[str]:
        model, way = self._model, self.colouring.index
        name = model.shown.names[model.pair]
        if way == ATTENTION:
            said = [say("Idea {idea} of {ideas}", idea=model.idea + 1, ideas=model.ideas)]
            called, guessed = model.names[model.idea], model.guessed(model.idea)
            words = (
                say("over all clouds nearest to: {called}", called=called)
                if guessed
                else say("called: {called}", called=called)
            )
            return [*said, *([words] if called else []), name]
        if way == PATCHES:
            share = of_100(float((self._owners() >= 0).mean()))
            return [
                say(
                    "{patches} patches hold {share} % of the points",
                    patches=self.replay.value(),
                    share=share,
                ),
                name,
            ]
        return [say("Each point in the colour of its place in the picture"), name]

    def _owners(self) -> Rows:
        model, shown = self._model, self.replay.value()
        maps, pair = model.shown, model.pair
        return patch_of(maps.points[pair], maps.centres[pair, :shown], maps.members[pair, :shown])

    def _colors(self) -> Floats:
        model, look, dye = self._model, self._model.look, Dye.now()
        assert look is not None
        if self.colouring.index == ATTENTION:
            return dye.of(look.spread.of(model.share(model.idea)))
        if self.colouring.index == PATCHES:
            tints = np.array([rgb(theme.class_color(place)) for place in range(_TINTS)])
            owners = self._owners()[:, None]
            return np.where(owners >= 0, tints[owners[:, 0] % _TINTS], dye.grey).astype(np.float32)
        maps = model.shown
        seen, known = pictured(
            look.spread, maps.cells[look.pair], maps.grid, maps.images[look.pair]
        )
        return np.where(known[:, None], seen, dye.grey).astype(np.float32)

    # --- layout ---

    def _lay_out(self) -> None:
        strip = Card()
        strip.body.setContentsMargins(12, 6, 14, 6)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.colouring)
        row.addSpacing(4)
        row.addWidget(Text(say("Centres"), "small", "ink2"))
        row.addWidget(self.centres)
        row.addWidget(self.play_button)
        row.addWidget(self.replay, 1)
        row.addWidget(self.count)
        row.addWidget(Text(say("farthest first"), "small", "ink3"))
        strip.body.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.view, 1)
        column.addWidget(strip)
