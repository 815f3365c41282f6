"""torchvision where its compiled operations are missing: NMS and RoIAlign of our own, put in their place.

A CPU-only torch beside the torchvision of PyPI lacks them, and then torchvision cannot even be imported. Where they are
there, nothing is defined and nothing is changed.
"""

import sys
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine.errors import ConfigError
from engine.nets.classroom.suppression import kept_boxes
from engine.words import say

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    (
        "roi_align(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width, "
        "int sampling_ratio, bool aligned) -> Tensor"
    ),
)


@cache
def torchvision_ready() -> bool:
    """Import torchvision, with operations of our own only where it has none; True where they are its own.

    ConfigError where torchvision is not installed.
    """
    spec = find_spec("torchvision")
    if spec is None or spec.origin is None:
        raise ConfigError(
            say(
                "Finding things in pictures needs the package “torchvision”, which is not installed. "
                "Nothing was started. Install it, then try again."
            )
        )
    own = _compiled(Path(spec.origin).parent)
    if not own:
        _define()
    import torchvision  # takes a second, so only when it is needed

    if not own:
        # The function is known to several of its modules by now, so its body is exchanged and not its name. Not
        # before: torchvision would then go on to operations that are still missing.
        torchvision.extension._has_ops.__code__ = (lambda: True).__code__
    return own


def _compiled(folder: Path) -> bool:
    """Whether torchvision's own operations can be loaded."""
    if "torchvision" not in sys.modules:
        for library in folder.glob("_C*"):
            with suppress(OSError):
                torch.ops.load_library(str(library))  # type: ignore[no-untyped-call]
    return hasattr(torch.ops.torchvision, "nms")


def _define() -> None:
    make: Any = torch.library.Library  # torch has no types here
    library = make("torchvision", "FRAGMENT")
    for schema in _SCHEMAS:
        library.define(schema)
    library.impl("nms", nms, "CompositeExplicitAutograd")
    library.impl("qnms", nms, "CompositeExplicitAutograd")
    library.impl("roi_align", roi_align, "CompositeImplicitAutograd")
    _kept.append(library)


_kept: list[torch.library.Library] = []  # what is defined lasts as long as its library


def nms(boxes: Tensor, scores: Tensor, iou_threshold: float) -> Tensor:
    """(N, 4) left, top, right, bottom and (N,) -> indices of the boxes that no surer kept box overlaps by more than the
    threshold, the surest first; of equal scores the lower index first."""
    order = scores.sort(descending=True, stable=True).indices
    ranked = boxes[order]
    if ranked.dtype not in (torch.float32, torch.float64):  # numpy or numba knows no others
        ranked = ranked.float()
    corners = ranked.detach().cpu().contiguous().numpy()
    stays = kept_boxes(corners, corners.dtype.type(iou_threshold))
    return order[torch.from_numpy(stays).to(order.device)]


def roi_align(
    features: Tensor,
    rois: Tensor,
    spatial_scale: float,
    pooled_height: int,
    pooled_width: int,
    sampling_ratio: int,
    aligned: bool,
) -> Tensor:
    """features (B, C, H, W) and rois (K, 5), picture and box in the picture's pixels -> (K, C, h, w): means of bilinear
    samples, `sampling_ratio` squared in each cell (0 or less: as many as the cell has pixels). Gradients reach the
    features, not the rois, as in the compiled operation (Mask R-CNN; He et al., 2017)."""
    rois = rois.detach().to(torch.promote_types(rois.dtype, torch.float32))
    size = int(pooled_height), int(pooled_width)
    corners = rois[:, 1:] * spatial_scale - (0.5 if aligned else 0.0)
    extent = corners[:, 2:] - corners[:, :2]
    extent = extent if aligned else extent.clamp_min(1)
    cell = extent / extent.new_tensor([size[1], size[0]])
    wanted = cell.ceil() if sampling_ratio <= 0 else torch.full_like(cell, sampling_ratio)
    counts = wanted.long().clamp_min(1)
    out = features.new_zeros(len(rois), features.shape[1], *size)
    for across, down in sorted({(across, down) for across, down in counts.tolist()}):
        rows = ((counts[:, 0] == across) & (counts[:, 1] == down)).nonzero()[:, 0]
        x = _along(corners[rows, 0], cell[rows, 0], size[1], across)
        y = _along(corners[rows, 1], cell[rows, 1], size[0], down)
        samples = _sampled(features, rois[rows, 0].long(), x, y)
        cells = samples.reshape(len(rows), -1, size[0], down, size[1], across)
        out = out.index_copy(0, rows, cells.mean(dim=(3, 5)).to(out.dtype))
    return out


def _along(start: Tensor, cell: Tensor, cells: int, count: int) -> Tensor:
    """(K,) and (K,) -> (K, cells · count): where samples lie along one axis."""
    steps = torch.arange(cells * count, device=start.device, dtype=start.dtype)
    return start[:, None] + (steps + 0.5) / count * cell[:, None]


def _sampled(features: Tensor, picture: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """(B, C, H, W), (K,), (K, X) and (K, Y) -> (K, C, Y, X). One call for all: the rois of each picture stand one below
    the other, as many rows for each picture as the fullest needs."""
    order = picture.sort(stable=True).indices
    picture, counts = picture[order], picture.bincount(minlength=len(features))
    place = torch.arange(len(order), device=order.device) - (counts.cumsum(0) - counts)[picture]
    grid = features.new_zeros(len(features), int(counts.max()), y.shape[1], x.shape[1], 2)
    height, width = features.shape[2:]
    inside = ((y >= -1) & (y <= height))[:, :, None] & ((x >= -1) & (x <= width))[:, None]
    across, down = _unit(x, width)[:, None], _unit(y, height)[:, :, None]
    where = torch.stack([across.expand_as(inside), down.expand_as(inside)], dim=-1)
    grid[picture, place] = where[order].to(grid.dtype)
    seen = F.grid_sample(features, grid.flatten(1, 2), padding_mode="border", align_corners=True)
    seen = seen.reshape(*seen.shape[:2], -1, y.shape[1], x.shape[1]).transpose(1, 2)
    own: Tensor = seen[picture, place][order.argsort()]
    return own * inside[:, None]


def _unit(place: Tensor, size: int) -> Tensor:
    """Places in pixels, 0 the middle of the first, as grid_sample counts: -1 to 1 from first to last."""
    return place.clamp(0, size - 1) * (2 / max(size - 1, 1)) - 1
