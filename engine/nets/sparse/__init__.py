"""Convolutions over the few voxels of space that hold something, in plain torch, forward and backward on any device.

After Graham et al., Submanifold Sparse Convolutional Networks (2018): what is empty stays empty, so each of a kernel's
27 places is one small matrix product over the voxels that have a neighbour there. A laser's have 2 to 6 of them.
"""

from engine.nets.sparse.convolution import Down, Submanifold, Up
from engine.nets.sparse.grid import Grid, voxels_of
from engine.nets.sparse.points import Blend, Places

__all__ = ["Blend", "Down", "Grid", "Places", "Submanifold", "Up", "voxels_of"]
