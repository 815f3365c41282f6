"""A view's cloud in a window of its own that fills the screen; it shows whatever the view is told meanwhile."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from engine.words import say

if TYPE_CHECKING:
    from workbench.views.cloud_frame import CloudFrame


class FullScreen(QObject):
    """At most one such window of a view: a second canvas, because an OpenGL canvas that changes its window loses what
    it holds. The view's eye goes where the window's does, so that what hangs on the eye is right there, too."""

    def __init__(self, view: "CloudFrame") -> None:
        super().__init__(view)
        self._view = view
        self.window: CloudFrame | None = None

    def open(self, window: "CloudFrame") -> None:
        """Show all that the view shows in this one."""
        view, self.window = self._view, window
        window.fills_screen = True
        window.keeper.belong_to(view)
        window.setWindowTitle(view.title or say("Cloud"))
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.destroyed.connect(self._forget)
        if view.frame is not None:
            window.show_scene(
                view.points, view.colors, view.local, view.frame, view.title, view.few
            )
        window.show_only(view.kept)
        window.set_sizes(view.sizes)
        window.show_lines(view.lines.strokes)
        window.set_chips(view.chips.texts())
        window.home = view.home
        window.look_from(view.orbit)
        window.set_turning(view.turntable.on)
        window.looked.connect(self._follow)
        window.showFullScreen()

    def tell(self, what: Callable[["CloudFrame"], None]) -> None:
        """Tell the window, where there is one, what the view was told."""
        if self.window is not None:
            what(self.window)

    def close(self) -> None:
        """Close the window, where there is one."""
        if self.window is not None:
            self.window.close()

    def _follow(self) -> None:
        if self.window is not None:
            self._view.look_from(self.window.orbit)

    def _forget(self) -> None:
        self.window = None
