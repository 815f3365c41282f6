"""How a camera student is wired, in the few numbers that are checked against the data before it learns."""

from engine.anchor_fit import Wiring, level
from engine.nets.classroom.net import ClassroomNet


def wiring_of(net: ClassroomNet) -> Wiring:
    """Of a built net, with the anchors it has taken."""
    own = net.settings
    levels = tuple(
        level(stride, sizes, field, own.ratios)
        for stride, sizes, field in zip(own.strides, net.detector.sizes, net.reach, strict=True)
    )
    # In the paper's wiring every box is read from the first channel alone.
    return Wiring(levels, 1 if own.paper else len(levels), own.level_size)
