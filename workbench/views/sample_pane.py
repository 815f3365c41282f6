"""One sample from close by: its cloud, what is said of it, and others on the fence."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget

from engine.clouds import Clouds
from engine.words import say
from workbench import theme
from workbench.kit import Card, EmptyState, Text
from workbench.models.swept import Rows
from workbench.models.threshold import ThresholdModel
from workbench.views import colours, make_cloud_view
from workbench.views.gallery import Gallery, GalleryTile
from workbench.views.verdict import TopBars, VerdictStrip, plain

FENCE = 8
_MANY = 96
_COLUMNS = 4
_MARGIN = 12
_GONE = (
    say("The clouds of this run are not here"),
    say(
        "Its data set was moved or changed. The numbers beside are those of the test, as they were."
    ),
)


class SamplePane(Card):
    """Follows a threshold model. `chosen` gives the number of a test sample picked in the gallery, `shows` that of
    the one on show from now on, -1 for none."""

    chosen = Signal(int)
    shows = Signal(int)

    def __init__(self, model: ThresholdModel) -> None:
        super().__init__()
        self._model = model
        self._clouds: Clouds | None = None
        self._sample: int | None = None
        self._among: Rows | None = None
        self.body.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, 10)
        self.view = make_cloud_view(behind="bg1")
        self._stage = QStackedWidget()
        self._stage.addWidget(self.view)
        self._stage.addWidget(EmptyState("cube", *_GONE))
        self._stage.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.strip, self.bars = VerdictStrip(), TopBars()
        self.gallery = Gallery(say("Samples closest to the threshold"), _COLUMNS, 1.22, lines=1)
        self.gallery.chosen.connect(self._choose_row)
        self.gallery.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._heading = Text(say("On the fence"), "h2")
        self._which = Text(say("closest to the threshold"), "small", "ink3", elide=True)
        heading = QHBoxLayout()
        heading.addWidget(self._heading)
        heading.addWidget(self._which, 1)
        self.body.addWidget(self._stage, 1)
        self.body.addWidget(self.strip)
        self.body.addWidget(self.bars)
        self.body.addLayout(heading)
        self.body.addWidget(self.gallery)
        theme.changed().connect(self._show_cloud)

    @property
    def sample(self) -> int | None:
        """The test sample shown."""
        return self._sample

    def set_clouds(self, clouds: Clouds | None) -> None:
        """The data set the samples are from; None where it cannot be read."""
        rows = self._model.predictions.row
        fits = clouds is not None and (not rows.size or int(rows.max()) < len(clouds))
        self._clouds = clouds if fits else None
        self._stage.setCurrentIndex(0 if fits else 1)
        self._show_cloud()
        self.sort()

    def clear(self) -> None:
        """Another run is coming: its rows mean other clouds."""
        self._clouds = None
        self.show_sample(None)

    def start(self) -> None:
        """The model shows something else: begin with the sample closest to the threshold."""
        self.show_sample(None)
        self.show_only(None)

    def show_only(self, samples: Rows | None, words: str = "") -> None:
        """Show only these samples in the gallery, up to 96 of them; None: the eight on the fence."""
        self._among = samples
        never, needed = (
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            Qt.ScrollBarPolicy.ScrollBarAsNeeded,
        )
        self.gallery.setVerticalScrollBarPolicy(never if samples is None else needed)
        self.gallery.fit()
        self._heading.setText(say("On the fence") if samples is None else say("Only these"))
        self._which.setText(words or say("closest to the threshold"))
        self._which.setToolTip(words)
        self.sort()

    def show_sample(self, sample: int | None) -> None:
        """Show one test sample."""
        if sample != self._sample:
            self._sample = sample
            self._show_cloud()
            self.follow()
            self.shows.emit(-1 if sample is None else sample)

    def show_by_hand(self, sample: int) -> None:
        """Show one that was picked elsewhere, and mark it in the gallery where it is there."""
        self.show_sample(sample)
        self.gallery.choose(int(self._model.predictions.row[sample]))

    def follow(self) -> None:
        """Say again what is said of the sample: the threshold moved."""
        verdict = None if self._sample is None else self._model.verdict(self._sample)
        self.strip.set_verdict(verdict)
        line = self._model.value if self._model.outvotes else None
        self.bars.set_top(verdict.top if verdict else (), line, verdict.none if verdict else 0.0)

    def sort(self) -> None:
        """Find the samples closest to the threshold anew."""
        count = FENCE if self._among is None else _MANY
        nearest = [int(sample) for sample in self._model.nearest(count, self._among)]
        self.gallery.show_tiles(self._clouds, [self._tile(sample) for sample in nearest])
        if self._sample is None and nearest:
            self.show_sample(nearest[0])
        if self._sample is not None:
            self.gallery.choose(int(self._model.predictions.row[self._sample]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.gallery.resize(self.width() - 2 * _MARGIN, self.gallery.height())
        rows = FENCE // _COLUMNS
        self.gallery.setFixedHeight(rows * self.gallery.cell_size().height())

    def _tile(self, sample: int) -> GalleryTile:
        return GalleryTile(
            row=int(self._model.predictions.row[sample]),
            color=self._color(sample),
            value=self._model.scale.short(self._model.rating(sample)),
            value_token="known" if self._model.named(sample) else "unknown",
        )

    def _color(self, sample: int) -> str | int:
        predictions = self._model.predictions
        label = int(predictions.labels[sample])
        return label if label < len(predictions.known) else "unknown"

    def _choose_row(self, row: int) -> None:
        found = (self._model.predictions.row == row).nonzero()[0]
        if found.size and int(found[0]) != self._sample:
            self.show_sample(int(found[0]))
            self.chosen.emit(int(found[0]))

    def _show_cloud(self) -> None:
        if self._clouds is None or self._sample is None:
            return
        predictions = self._model.predictions
        points = self._clouds.points[predictions.row[self._sample]]
        colors = colours.by_kind(points, self._color(self._sample))
        self.view.show_cloud(points, colors, plain(predictions.names[self._sample]))
