"""Pictures of clouds, with everything that ties a pixel to a point: depth, cameras, the index of what is seen."""

from engine.render.camera import Camera, turntable
from engine.render.normals import estimated_normals
from engine.render.splats import Rendered, render

__all__ = ["Camera", "Rendered", "estimated_normals", "render", "turntable"]
