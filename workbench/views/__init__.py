"""Pictures of data: point clouds, thumbnails, plots."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from workbench.views.cloud_frame import CloudFrame


def make_cloud_view(parent: QWidget | None = None, behind: str = "bg0") -> "CloudFrame":
    """A 3D view: with OpenGL where it works, else drawn with numpy. `behind` is what it lies on."""
    from workbench import gl_probe

    found = gl_probe.probe()
    if found.gl:
        from workbench.views.cloud_view import CloudView

        return CloudView(parent, behind, software=found.software)
    from workbench.views.cloud_view_2d import CloudView2D

    return CloudView2D(parent, behind)
