"""A scene in space: its points, true and said boxes with their names, and what one looks at."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.orbit import Floats, Frame, Orbit
from engine.picture import usual_radius
from engine.words import say
from workbench import theme
from workbench.kit import Card, Segmented, Slider, Text, Toggle
from workbench.kit.paint import painter_of, panel
from workbench.models.box_matches import Bools
from workbench.models.kinds import plain
from workbench.models.scenes import ERRORS, SAID, TRUE, SceneModel
from workbench.models.shown_boxes import FOUND, MISSED, ShownBoxes
from workbench.models.wires import met
from workbench.views import make_cloud_view, scene_dye
from workbench.views.box_labels import BoxLabels, Label
from workbench.views.cloud_view_2d import CloudView2D
from workbench.views.legend import Entry, Legend

KINDS, PHOTO, GREY = range(3)
FLUENT = 20_000  # points that still turn smoothly where the processor draws
_INSET, _CLOSE = 12, 2.2
_ROOM, _SHAPE = Orbit(elevation=46.0, zoom=1.3), Orbit()
_SMALL, _USUAL, _LARGE = 40, 100, 250  # percent of the usual size of a point
_NO_KINDS = say("This run finds boxes; it does not say of each point what it is.")
_NO_PHOTO = say("The points of this scene have no colours of their own.")
_DASH = (2.0, 1.5)
_MISSED_NAMED = 8  # of the labels, so that those of what was said have room too


class SceneStage(QWidget):
    """Follows a scene model; a box that is clicked, here or in a list, is looked at."""

    def __init__(self, model: SceneModel) -> None:
        super().__init__()
        self._model = model
        self._thin: Bools | None = None
        self._wish: int | None = None
        self.view = make_cloud_view()
        self.labels = BoxLabels(self.view, self.covers)
        self.looks = Segmented([say("True"), say("Said"), say("Errors")])
        self.key = _Key(self.view)
        self.colouring = Segmented([say("Kinds"), say("Photo colours"), say("Grey")])
        self.dots = Slider(_SMALL, _LARGE, _USUAL)
        self.dots.setAccessibleName(say("Point size"))
        self.inside = Toggle(say("See inside: hide walls and ceiling on the near side"))
        self.inside.setChecked(True)
        self.count = Text("", "small", "ink3", elide=True)
        self._lay_out()
        self._connect()

    def _connect(self) -> None:
        model, view = self._model, self.view
        self.looks.changed.connect(model.set_looks)
        self.colouring.changed.connect(lambda _: self._paint())
        self.dots.valueChanged.connect(lambda _: self._resize_points())
        self.inside.toggled.connect(lambda _: self._hide_walls())
        view.looked.connect(self._hide_walls)
        view.clicked.connect(lambda at: model.choose(self.box_at(at)))
        view.pointed.connect(lambda at: model.point(self.box_at(at)))
        view.left.connect(lambda: model.point(None))
        view.moved.connect(self._arrange)
        model.replaced.connect(self._suit)
        model.scene_changed.connect(self._place)
        model.looks_changed.connect(self._follow_looks)
        for changed in (model.cut_changed, model.overlap_changed, model.pointed_changed):
            changed.connect(self._mark)
        model.chosen_changed.connect(self._aim)
        theme.changed().connect(self._paint)
        for switch in (self.looks, self.key):
            switch.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What lies over the view keeps its place when its own size changes."""
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return super().eventFilter(watched, event)

    def covers(self) -> list[QWidget]:
        """What lies over the view, so that no name may."""
        return [self.looks, self.key, self.view.tools]

    def hurry(self, on: bool) -> None:
        """A handle is being dragged: lines need not be smooth."""
        self.view.lines.hurry(on)

    def box_at(self, at: QPointF) -> int | None:
        """The key of the box under a place of the view, None: there is none."""
        model, view = self._model, self.view
        if not model.ready or view.frame is None:
            return None
        boxes = model.shown()
        size = view.width(), view.height()
        place = met(boxes.boxes, (at.x(), at.y()), view.frame, view.orbit, size)
        return None if place < 0 else int(boxes.key[place])

    # --- what is shown ---

    def _suit(self) -> None:
        """Another run: the colours that go with what it does."""
        self._wish = KINDS if self._model.names_points else PHOTO

    def _place(self) -> None:
        """Another scene."""
        model, view, look = self._model, self.view, self._model.look
        if look is None:
            return
        scene, self._thin = model.scene, None  # that of the scene before has another length
        if not len(scene.points):
            view.show_cloud(scene.points, title=scene.name)
        else:
            frame = Frame.around(scene.points)
            colors = scene_dye.grey(len(scene.points))
            view.show_scene(scene.points, colors, look.light, frame, scene.name)
            view.home = _SHAPE if model.all.task == "parts" else _ROOM
            view.reset_camera()
        view.set_chips([])
        self._offer()
        self._thin_out(len(scene.points))
        self._follow_looks()

    def _thin_out(self, count: int) -> None:
        """Where the processor draws, only as many points as turn smoothly."""
        software = isinstance(self.view, CloudView2D) or getattr(self.view, "software", False)
        self._thin = None
        if software and count > FLUENT:
            self._thin = np.zeros(count, bool)
            self._thin[np.linspace(0, count - 1, FLUENT).astype(np.int64)] = True
        drawn = count if self._thin is None else FLUENT
        some = say(
            "{drawn:,} of {count:,} points drawn, so that it turns smoothly",
            drawn=drawn,
            count=count,
        )
        self.count.setText(say("{count:,} points", count=count) if drawn == count else some)
        self.count.setToolTip(self.count.text())
        self._hide_walls()

    def _offer(self) -> None:
        """Only what this scene can be coloured by."""
        scene = self._model.scene
        named = scene.said is not None or scene.truth is not None
        why = ("" if named else _NO_KINDS, "" if scene.colours is not None else _NO_PHOTO, "")
        for place, reason in enumerate(why):
            self.colouring.set_option_enabled(place, not reason, reason)
        wish = self.colouring.index if self._wish is None else self._wish
        free = [place for place, reason in enumerate(why) if not reason]
        self.colouring.set_index(wish if wish in free else free[-1])
        self._wish = None
        room = self._model.look is not None and self._model.look.house is not None
        for widget in (self._inside, self.inside):
            widget.setVisible(room)

    def _resize_points(self) -> None:
        share, view = self.dots.value() / _USUAL, self.view
        usual = usual_radius(len(view.points), view.width(), view.height())
        view.set_point_size(0.0 if share == 1 else share * usual)

    def _follow_looks(self) -> None:
        self.looks.set_index(self._model.looks)
        self._paint()

    def _paint(self) -> None:
        if self._model.ready:
            self.view.set_colors(self._colors())
            self._mark()

    def _colors(self) -> Floats:
        model, scene = self._model, self._model.scene
        if self.colouring.index == PHOTO and scene.colours is not None:
            return scene_dye.photo(scene.colours)
        told = scene_dye.of_looks(model, model.looks) if self.colouring.index == KINDS else None
        return scene_dye.grey(len(scene.points)) if told is None else told

    def _hide_walls(self) -> None:
        look = self._model.look
        if look is None or len(self.view.points) != len(look.light):
            return
        house = look.house if self.inside.isChecked() else None
        kept = None if house is None else house.kept(self.view.orbit)
        self.view.show_only(scene_dye.all_of(kept, self._thin))

    def _mark(self) -> None:
        """Boxes and their names."""
        model = self._model
        if not model.ready:
            return
        boxes = model.shown()
        partner = None if model.chosen is None else model.partner_of(model.chosen)
        strokes = scene_dye.strokes_of(model, boxes)
        if partner is not None and partner not in boxes.key:
            strokes = [*scene_dye.partner_strokes(model.box_of(partner)[None]), *strokes]
        self.view.show_lines(strokes)
        self.labels.show_labels(self._named(boxes))
        self._explain()

    def _explain(self) -> None:
        """What lines or colours mean, while errors are looked at."""
        model = self._model
        self.key.setVisible(model.looks == ERRORS)
        if model.finds_boxes:
            found, missed, extra = map(str, model.counts())
            lines = ((say("found"), "known", (), found), (say("missed"), "bad", _DASH, missed))
            self.key.show_entries(
                [Entry(*own) for own in (*lines, (say("extra"), "warn", (), extra))]
            )
        else:
            table = model.table()
            right, every = int(np.diagonal(table).sum()), int(table.sum())
            points = (
                (say("right"), "ctl", (), f"{right:,}"),
                (say("wrong"), "bad", (), f"{every - right:,}"),
            )
            self.key.show_entries([Entry(*own) for own in points])

    def _named(self, boxes: ShownBoxes) -> list[Label]:
        """The chosen one and that under the mouse, then what was missed, then the surest."""
        model = self._model
        lit = np.isin(boxes.key, [key for key in (model.chosen, model.pointed) if key is not None])
        missed = (boxes.state == MISSED) & (model.looks == ERRORS)
        late = missed & (np.cumsum(missed) > _MISSED_NAMED)
        order = np.lexsort((-np.nan_to_num(boxes.score), late, ~missed, ~lit))
        return [self._label(boxes, int(place), bool(lit[place])) for place in order[:24]]

    def _label(self, boxes: ShownBoxes, place: int, lit: bool) -> Label:
        model, state = self._model, int(boxes.state[place])
        state = state if model.looks == ERRORS else FOUND
        words = scene_dye.WORDS[state] + plain(model.all.things[int(boxes.labels[place])])
        if lit and not np.isnan(boxes.score[place]):
            words += say(
                "  {score:.2f} · IoU {overlap:.2f}",
                score=boxes.score[place],
                overlap=boxes.overlap[place],
            )
        tint = scene_dye.tint_of(model, boxes, place)
        at = boxes.boxes[place, :3]
        return Label(words, at, scene_dye.MARKS[state], tint, scene_dye.INKS[state], lit)

    def _aim(self) -> None:
        """The eye goes to the chosen box; it stays where it is when none is chosen any more."""
        model, view = self._model, self.view
        if model.chosen is not None and view.frame is not None and model.ready:
            box = model.box_of(model.chosen).astype(np.float64)
            away = box[:3] - view.frame.centre
            aim = (float(away[0]), float(away[1]), float(away[2]))
            room = float(np.hypot(view.frame.radius, view.frame.half_height))
            near = min(_CLOSE, max(1.0, 0.5 * room / max(float(np.linalg.norm(box[3:6])), 1e-6)))
            view.set_turning(False)
            view.look_from(replace(view.orbit, aim=aim, zoom=max(view.orbit.zoom, near)))
        self._mark()

    # --- layout ---

    def _arrange(self) -> None:
        self.looks.move(_INSET, _INSET)
        self.key.move(_INSET, self.view.height() - self.key.height() - _INSET)
        for over in (self.looks, self.key):
            over.raise_()

    def _lay_out(self) -> None:
        self.looks.setParent(self.view)
        for place, words in (
            (TRUE, say("What is there (1)")),
            (SAID, say("What the run says (2)")),
        ):
            self.looks.set_option_enabled(place, True, words)
        self.looks.set_option_enabled(ERRORS, True, say("Where the two differ (3)"))
        strip = Card()
        strip.body.setContentsMargins(12, 6, 14, 6)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.colouring)
        row.addSpacing(4)
        row.addWidget(Text(say("Point size"), "small", "ink2"))
        self.dots.setMaximumWidth(150)
        row.addWidget(self.dots)
        self._inside = Text(say("See inside"), "small", "ink2")
        row.addWidget(self._inside)
        row.addWidget(self.inside)
        row.addWidget(self.count, 1)
        strip.body.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.view, 1)
        column.addWidget(strip)


class _Key(QWidget):
    """What the lines mean, and how many there are of each."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._legend = Legend()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 12, 5)
        row.addWidget(self._legend)
        self.resize(300, 30)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def entries(self) -> Sequence[Entry]:
        """What it says."""
        return self._legend.entries()

    def show_entries(self, entries: list[Entry]) -> None:
        """Strokes or colours, and how many there are of each."""
        self._legend.set_entries(entries)

    def paintEvent(self, event: QPaintEvent) -> None:
        ground = theme.color("bg1")
        ground.setAlphaF(0.85)
        panel(painter_of(self), QRectF(self.rect()), ground, theme.color("line"), 8)
