"""What a 3D view with a canvas of its own kind has to draw, and when."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from workbench.views.cloud_frame import CloudFrame


class Drawing(QWidget):
    """Every method is a subclass's to write. `reach`: how many points it draws at rest, and while the eye moves."""

    reach: tuple[int, int]

    def _draw_picture(self) -> QImage:
        """Backdrop, floor and cloud alone."""
        raise NotImplementedError

    def _place_cloud(self) -> None:
        """There are other points."""
        raise NotImplementedError

    def _move_cloud(self) -> None:
        """The same points are elsewhere."""
        raise NotImplementedError

    def _paint_cloud(self) -> None:
        """Points have other colours or another size, or others of them are kept."""
        raise NotImplementedError

    def _look(self) -> None:
        """The eye has moved."""
        raise NotImplementedError

    def _rested(self) -> None:
        """The eye has not moved for a moment."""
        raise NotImplementedError

    def _dye(self) -> None:
        """The theme has changed."""
        raise NotImplementedError

    def _another(self) -> "CloudFrame":
        """A view of the same kind, empty."""
        raise NotImplementedError
