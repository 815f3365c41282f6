"""How much boxes share: exact for boxes with a heading, differentiable, any number of pairs at once.

A box (..., 7) is centre, full size and heading, radians about z from x towards y. The shared area from above: the edge
of one rectangle is led through clamp(x), clamp(y) to the other, in the other's own frame. That map has determinant 1
inside and 0 outside, so what the led edge encloses is the area of the intersection. Each side is first cut where it
crosses the other's lines, so the led edge is a polygon and the result exact; polygon clipping without its cases.

3DETR's own code gives 0 to pairs with headings whose corners 1 and 3, taken for rectangles along the axes, do not
overlap: a box of 2 x 1 x 1 and itself turned by 90 degrees get a generalised IoU of 0 instead of 1/12. Not so here.
"""

import torch
from torch import Tensor

_LEAST = 1e-8  # cubic metres: no volume is smaller, so that nothing is divided by zero
_LEVEL = 1e-6  # metres: a side that advances less than this along an axis crosses no line of it


def iou(first: Tensor, second: Tensor) -> Tensor:
    """(..., 7) and (..., 7), broadcast -> (...): intersection over union, 0 to 1."""
    shared, union = _volumes(first, second)
    return shared / union


def giou(first: Tensor, second: Tensor) -> Tensor:
    """The generalised IoU (Rezatofighi et al., CVPR 2019), -1 to 1: IoU less the share of the enclosing box
    that neither fills. The enclosing box lies along the axes, as in 3DETR: a tilted box has less than 1 with itself,
    yet no other box has more."""
    shared, union = _volumes(first, second)
    low, high = (
        torch.minimum(*(_middle(box) - reach(box) for box in (first, second))),
        torch.maximum(*(_middle(box) + reach(box) for box in (first, second))),
    )
    around = (high - low).prod(dim=-1).clamp_min(_LEAST)
    return shared / union - (1 - union / around)


def reach(boxes: Tensor) -> Tensor:
    """(..., 7) -> (..., 3): half the size of the smallest box along the axes around each."""
    length, width, height = (boxes[..., 3:6] / 2).unbind(-1)
    cos, sin = boxes[..., 6].cos().abs(), boxes[..., 6].sin().abs()
    return torch.stack([cos * length + sin * width, sin * length + cos * width, height], dim=-1)


def along_axes(boxes: Tensor) -> Tensor:
    """(..., 7) -> (..., 7): the smallest boxes along the axes around them, heading 0."""
    return torch.cat([boxes[..., :3], 2 * reach(boxes), torch.zeros_like(boxes[..., 6:])], dim=-1)


def _middle(boxes: Tensor) -> Tensor:
    return boxes[..., :3]


def _volumes(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """What both share and what they fill together, cubic metres."""
    turned = bool((first[..., 6] != 0).any()) or bool((second[..., 6] != 0).any())
    sides = _lengths(first, second)
    area = shared_area(first, second) if turned else sides[..., 0] * sides[..., 1]
    shared = area * sides[..., 2]
    each = (box[..., 3:6].prod(dim=-1) for box in (first, second))
    return shared, (sum(each) - shared).clamp_min(_LEAST)


def _lengths(first: Tensor, second: Tensor) -> Tensor:
    """(..., 3): what boxes along the axes share of each axis."""
    low = torch.maximum(*(_middle(box) - box[..., 3:6] / 2 for box in (first, second)))
    high = torch.minimum(*(_middle(box) + box[..., 3:6] / 2 for box in (first, second)))
    return (high - low).clamp_min(0)


def shared_area(first: Tensor, second: Tensor) -> Tensor:
    """(..., 7) and (..., 7), broadcast -> (...): the area two boxes share seen from above, square metres."""
    corners = _seen_from(first, second)  # (..., 4, 2)
    half = (second[..., 3:5] / 2)[..., None, :]
    path = _cut(corners, half)
    path = torch.minimum(torch.maximum(path, -half), half)
    (x, y), (x1, y1) = path.unbind(-1), path.roll(-1, dims=-2).unbind(-1)
    return ((x * y1 - x1 * y).sum(dim=-1) / 2).clamp_min(0)


def _seen_from(first: Tensor, second: Tensor) -> Tensor:
    """The corners (..., 4, 2) of the first box, counter-clockwise, in the frame of the second."""
    signs = first.new_tensor([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    own = signs * (first[..., 3:5] / 2)[..., None, :]
    offset = _turned((first - second)[..., None, :2], -second[..., 6, None])
    return _turned(own, (first[..., 6] - second[..., 6])[..., None]) + offset


def _turned(places: Tensor, angle: Tensor) -> Tensor:
    """(..., P, 2) turned from x towards y by (..., 1)."""
    cos, sin = angle.cos(), angle.sin()
    x, y = places.unbind(-1)
    return torch.stack([cos * x - sin * y, sin * x + cos * y], dim=-1)


def _cut(corners: Tensor, half: Tensor) -> Tensor:
    """(..., 4, 2) -> (..., 20, 2): along each side its start and where it crosses the lines x, y = ± half, in order."""
    side = corners.roll(-1, dims=-2) - corners
    steep = side.abs() > _LEVEL
    safe = torch.where(steep, side, 1)
    crossings = [((line - corners) / safe).clamp(0, 1) for line in (-half, half)]
    share = torch.cat([torch.where(steep, at, 0) for at in crossings], dim=-1).sort(dim=-1).values
    share = torch.cat([torch.zeros_like(share[..., :1]), share], dim=-1)
    return (corners[..., None, :] + share[..., None] * side[..., None, :]).flatten(-3, -2)
