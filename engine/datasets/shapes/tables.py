"""Things with a top to work or eat at: table, desk."""

from engine.datasets.shapes.catalogue import Dice, kind
from engine.datasets.shapes.mesh import Mesh, copies, join
from engine.datasets.shapes.parts import Triple, box, cylinder, prism, squircle
from engine.datasets.shapes.supports import column, four_legs, side_panels, sled, trestles


@kind
def table(dice: Dice) -> Mesh:
    """Dining, coffee, side and bar tables; the top square, long, round or oval."""
    depth = dice.uniform(0.7, 1.2)
    width = depth * dice.one_of(1.0, dice.uniform(1.0, 1.6), dice.uniform(1.4, 2.4))
    height = dice.one_of(dice.uniform(0.32, 0.5), dice.uniform(0.68, 0.8), dice.uniform(0.68, 0.8))
    thick, power = dice.uniform(0.02, 0.07), dice.one_of(2.0, 2.0, 4.0, 14.0, 14.0, 14.0)
    top = prism(squircle(width, depth, power, 24), thick, (0, 0, height))
    inner = 0.7 if power == 2.0 else 0.96
    below = (inner * width, inner * depth, height)
    support = column if power == 2.0 and dice.chance(0.6) else four_legs
    if power > 4 and dice.chance(0.35):
        support = dice.one_of(side_panels, trestles, sled, column)
    parts = [top.named("top"), support(dice, below).named("legs")]
    if dice.chance(0.35):
        skirt = dice.uniform(0.06, 0.14)
        size = (0.9 * below[0], 0.9 * below[1], skirt)
        parts.append(box(size, (0, 0, height - skirt)).named("skirt"))
    if power > 4 and dice.chance(0.15):
        shelf = (0.9 * below[0], 0.9 * below[1], 0.025)
        parts.append(box(shelf, (0, 0, height * dice.uniform(0.2, 0.4))).named("shelf"))
    return join(parts)


@kind
def desk(dice: Dice) -> Mesh:
    """Writing and office desks: drawers at one or both sides, a modesty panel, a hutch, a return."""
    width, depth, height = dice.uniform(1.05, 1.9), dice.uniform(0.5, 0.8), dice.uniform(0.68, 0.8)
    thick = dice.uniform(0.02, 0.06)
    parts = [box((width, depth, thick), (0, 0, height)).named("top")]
    below = (0.97 * width, 0.94 * depth, height)
    style = dice.one_of(0, 0, 1, 1, 2, 2, 3, 4)
    if style == 0:
        parts.append(_drawers(dice, below).twice())
    elif style in (1, 2):
        parts += [_drawers(dice, below), _other_side(dice, below)]
    elif style == 3:
        parts.append(side_panels(dice, below))
    else:
        parts.append(four_legs(dice, below))
        drawer = dice.uniform(0.1, 0.18)
        block = box((0.94 * width, 0.9 * depth, drawer), (0, 0, height - drawer))
        parts.append(block.named("drawers"))
    if style < 4 and dice.chance(0.5):
        tall = height * dice.uniform(0.3, 0.9)
        parts.append(box((0.95 * width, 0.02, tall), (0, 0.42 * depth, height - tall)))
    if dice.chance(0.35):
        parts.append(_hutch(dice, (width, depth)).move(z=height + thick).named("hutch"))
    if dice.chance(0.22):
        parts.append(_return(dice, (width, depth, height)))
    whole = join(parts).named("legs")
    return whole.mirror() if dice.chance(0.5) else whole


def _drawers(dice: Dice, size: Triple) -> Mesh:
    """A block of drawers under the left end of a desk."""
    width, depth, height = size
    wide = dice.uniform(0.24, 0.34) * width
    low = dice.one_of(0.0, 0.0, 0.12, 0.35) * height
    x, count = (width - wide) / 2, int(dice.integers(1, 5))
    block = box((wide, depth, height - low), (x, 0, low))
    front = box((0.9 * wide, 0.02, 0.85 * (height - low) / count))
    knob = box((0.3 * wide, 0.03, 0.02)).move(y=-0.02, z=0.4 * (height - low) / count)
    rows = [(x, -depth / 2 - 0.01, low + (height - low) * (i + 0.08) / count) for i in range(count)]
    return (block + copies(front + knob, rows)).named("drawers")


def _other_side(dice: Dice, size: Triple) -> Mesh:
    """What holds up the right end: a panel or two legs."""
    width, depth, height = size
    if dice.chance(0.5):
        return box((0.04, depth, height), (0.02 - width / 2, 0, 0))
    leg = dice.one_of(box((0.05, 0.05, height)), cylinder(0.03, height))
    return leg.move(0.04 - width / 2, depth / 2 - 0.04).twice("y")


def _hutch(dice: Dice, top: tuple[float, float]) -> Mesh:
    """Shelves at the back of the top."""
    width, depth = top
    height, deep = dice.uniform(0.2, 0.75), dice.uniform(0.2, 0.32)
    y = (depth - deep) / 2
    parts = [box((0.025, deep, height), (width / 2 - 0.02, y, 0)).twice()]
    parts.append(box((width, deep, 0.025), (0, y, height)))
    if height > 0.4:
        parts.append(box((width, deep, 0.02), (0, y, 0.5 * height)))
    if dice.chance(0.6):
        parts.append(box((width, 0.015, height), (0, depth / 2, 0)))
    return join(parts)


def _return(dice: Dice, size: Triple) -> Mesh:
    """A second top at a right angle, to the front."""
    width, depth, height = size
    reach, deep = dice.uniform(0.4, 0.9), dice.uniform(0.4, 0.6)
    x, y = (width - deep) / 2, -(depth + reach) / 2
    top = box((deep, reach, 0.03), (x, y, height)).named("top")
    return top + box((deep, 0.04, height), (x, y - reach / 2 + 0.02, 0))
