"""The tiny data set that the engine's tests train on, made once for these tests as well."""

from tests.engine.conftest import shapes_cache, tiny_shapes

__all__ = ["shapes_cache", "tiny_shapes"]
