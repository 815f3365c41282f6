"""What is to be found in a street: cars, trucks, pedestrians, cyclists and signs, each put together of a few blocks.

Each looks along x and stands on the ground, z = 0.
"""

from collections.abc import Callable

from engine.datasets.drives.streets.blocks import (
    BOARD,
    CABIN,
    GLASS,
    LAMP,
    STRIPE,
    WHEEL,
    Paint,
    Row,
    Triple,
    ball,
    box,
    diamond,
    ring,
    tube,
)
from engine.datasets.shapes.catalogue import Dice

_BODIES: tuple[Triple, ...] = (
    (225, 226, 228), (170, 174, 180), (92, 98, 106), (28, 30, 34), (170, 24, 28),
    (24, 62, 140), (60, 110, 170), (210, 168, 40), (40, 92, 62), (120, 52, 34), (225, 226, 228),
)  # fmt: skip
_CLOTHES: tuple[Triple, ...] = (
    (190, 40, 46), (40, 84, 160), (220, 180, 50), (46, 120, 76), (224, 224, 220), (60, 60, 66),
    (232, 120, 40), (130, 70, 140), (90, 150, 190), (205, 120, 140),
)  # fmt: skip
_TROUSERS: tuple[Triple, ...] = ((34, 44, 72), (46, 46, 50), (110, 98, 80), (70, 76, 90))
_SKINS: tuple[Triple, ...] = ((236, 196, 168), (214, 166, 132), (150, 104, 76), (98, 66, 48))
_HAIR: tuple[Triple, ...] = ((40, 28, 22), (92, 62, 36), (180, 150, 90), (120, 116, 112))
_RUBBER = Paint((22, 22, 24), WHEEL, echo=0.1, second=(150, 152, 156))
_TYRE = Paint((26, 26, 28), echo=0.12)
_TRIM = Paint((30, 31, 34), echo=0.15)
_WHITE_LAMP = Paint((255, 244, 214), LAMP, echo=0.8)
_RED_LAMP = Paint((225, 22, 16), LAMP, echo=0.85)
_PLATE = Paint((225, 225, 215), echo=0.95)
_PANE = Paint((24, 28, 34), GLASS, echo=0.06, gloss=0.5)


def car(dice: Dice) -> list[Row]:
    """A saloon, a hatchback, an estate or a small van."""
    sort = dice.one_of("saloon", "hatch", "estate", "van", "saloon", "hatch")
    long = dice.uniform(4.2, 4.8) if sort != "hatch" else dice.uniform(3.6, 4.1)
    wide, tall = dice.uniform(1.7, 1.88), dice.uniform(1.42, 1.54)
    tall += 0.35 if sort == "van" else 0.12 * dice.random()
    colour = dice.one_of(*_BODIES)
    body = Paint(colour, echo=0.25 + 0.4 * sum(colour) / 765, gloss=0.4)
    cabin = Paint(colour, CABIN, echo=0.12, gloss=0.4, mark=dice.uniform(0.3, 0.7))
    belt = 0.88 if sort == "van" else 0.84
    half = long / 2
    back, front, slope, rake = {
        "saloon": (0.36 * long, 0.2 * long, 0.7, 0.62), "hatch": (0.47 * long, 0.2 * long, 0.75, 0.32),
        "estate": (0.48 * long, 0.2 * long, 0.6, 0.22), "van": (0.49 * long, 0.33 * long, 0.5, 0.08),
    }[sort]  # fmt: skip
    room = back + front
    rows = [
        box((0, 0, 0.42), (long, wide, 0.36), body, (0.03, 0.03, 0.0)),
        box((0, 0, (0.6 + belt) / 2), (long - 0.06, wide, belt - 0.6), body, (0.12, 0.05, 0.07)),
        box((0, 0, 0.29), (long + 0.02, wide - 0.06, 0.18), _TRIM),
        box(
            ((front - back) / 2, 0, (belt + tall) / 2), (room, wide - 0.1, tall - belt), cabin,
            (2 * slope / room, 2 * rake / room, 0.2),
        ),
    ]  # fmt: skip
    axle, radius = long * 0.3, 0.32
    for x in (axle, -axle):
        rows += [
            tube((x, side * (wide / 2 - 0.19), radius), (x, side * (wide / 2 + 0.01), radius), radius, _RUBBER)
            for side in (-1, 1)
        ]  # fmt: skip
    for side in (-1, 1):
        y = side * (wide / 2 - 0.26)
        rows += [
            box((half, y, 0.66), (0.08, 0.36, 0.13), _WHITE_LAMP),
            box((-half, y * 1.04, 0.72), (0.08, 0.3, 0.17), _RED_LAMP),
            box((front - slope * 0.72, side * (wide / 2 + 0.05), belt + 0.07), (0.16, 0.16, 0.12), body),
        ]  # fmt: skip
    rows.append(box((-half - 0.01, 0, 0.52), (0.04, 0.5, 0.12), _PLATE))
    rows.append(box((half + 0.01, 0, 0.42), (0.04, 0.5, 0.11), _PLATE))
    rows.append(box((half + 0.005, 0, 0.6), (0.03, 0.7, 0.12), _TRIM))
    return rows


def truck(dice: Dice) -> list[Row]:
    """A cab with a box, a tank or a bed full of crates behind it."""
    sort = dice.one_of("box", "box", "box", "tank", "bed")
    long, wide = dice.uniform(5.8, 9.0), dice.uniform(2.25, 2.5)
    colour = dice.one_of(*_BODIES[4:9], (225, 226, 228), (232, 120, 40))
    cab = Paint(colour, echo=0.5, gloss=0.3)
    half, nose = long / 2, 1.9
    rows = [
        box((half - nose / 2, 0, 1.4), (nose, wide - 0.1, 1.9), cab, (0.2, 0.0, 0.04)),
        box((half - 0.06, 0, 1.78), (0.14, wide - 0.42, 0.8), _PANE, lean=-0.1),
        box((half - 0.75, 0, 1.8), (0.8, wide - 0.06, 0.6), _PANE),
        box((half + 0.01, 0, 0.62), (0.1, wide - 0.1, 0.4), _TRIM),
        box((0, 0, 0.72), (long - 0.1, wide * 0.5, 0.3), _TRIM),
    ]
    bed, middle = long - nose - 0.15, -(nose + 0.15) / 2
    if sort == "box":
        top = dice.uniform(2.9, 3.4)
        second = dice.one_of(colour, (190, 40, 46), (40, 84, 160), (46, 120, 76))
        load = Paint((228, 228, 224), STRIPE if dice.chance(0.7) else 0, echo=0.65, second=second)
        rows.append(box((middle, 0, (0.95 + top) / 2), (bed, wide, top - 0.95), load))
        rows.append(box((middle - bed / 2, 0, 1.9), (0.04, 0.05, 1.7), _TRIM))
    elif sort == "tank":
        steel = Paint((196, 200, 206), echo=0.6, gloss=0.5)
        rows.append(
            tube((middle - bed / 2, 0, 1.95), (middle + bed / 2, 0, 1.95), wide / 2 - 0.05, steel)
        )
    else:
        rows += _bed(middle, bed, wide, dice)
    for x in (half - 1.0, -half + 0.9, -half + 1.95):
        rows += [
            tube((x, side * (wide / 2 - 0.3), 0.48), (x, side * wide / 2, 0.48), 0.48, _RUBBER)
            for side in (-1, 1)
        ]
    for side in (-1, 1):
        rows += [
            box((half + 0.04, side * (wide / 2 - 0.35), 0.75), (0.08, 0.34, 0.18), _WHITE_LAMP),
            box((-half - 0.02, side * (wide / 2 - 0.25), 0.82), (0.08, 0.4, 0.16), _RED_LAMP),
            box((half - 0.25, side * (wide / 2 + 0.12), 1.75), (0.1, 0.18, 0.4), _TRIM),
        ]
    rows.append(box((-half - 0.02, 0, 0.8), (0.06, 0.5, 0.12), _PLATE))
    return rows


def _bed(middle: float, bed: float, wide: float, dice: Dice) -> list[Row]:
    wood = Paint((134, 98, 62), echo=0.45)
    rows = [box((middle, 0, 1.15), (bed, wide, 0.45), Paint((80, 84, 88), echo=0.4))]
    spot = middle - bed / 2 + 0.7
    while spot < middle + bed / 2 - 0.6:
        size = dice.uniform(0.8, 1.3)
        pile = wood if dice.chance(0.5) else Paint(dice.one_of(*_CLOTHES), echo=0.5)
        rows.append(box((spot, 0, 1.37 + size / 2), (1.05, wide * 0.8, size), pile))
        spot += 1.25
    return rows


def pedestrian(dice: Dice) -> list[Row]:
    """Someone who walks or stands, some with a bag or an umbrella."""
    tall = dice.uniform(1.2, 1.4) if dice.chance(0.15) else dice.uniform(1.58, 1.92)
    shirt = Paint(dice.one_of(*_CLOTHES), echo=0.45)
    legs, skin = Paint(dice.one_of(*_TROUSERS), echo=0.35), Paint(dice.one_of(*_SKINS), echo=0.5)
    stride = dice.uniform(0.12, 0.36) if dice.chance(0.75) else 0.03
    hip, neck, head = 0.49 * tall, 0.82 * tall, 0.075 * tall
    if dice.chance(0.2):
        rows = [tube((0, 0, 0.28 * tall), (0, 0, hip + 0.05), 0.19, shirt)]  # a skirt
    else:
        rows = []
    for side in (-1, 1):
        foot = side * stride
        rows += [
            tube((foot, side * 0.1, 0.05), (0, side * 0.09, hip), 0.075, legs),
            box((foot + 0.05, side * 0.1, 0.04), (0.26, 0.1, 0.08), _TRIM),
            tube((-0.8 * foot, side * 0.27, 0.47 * tall), (0.02, side * 0.22, neck - 0.06), 0.05, shirt),
            ball((-0.8 * foot, side * 0.27, 0.45 * tall), (0.1, 0.1, 0.12), skin),
        ]  # fmt: skip
    rows += [
        tube((0, 0, hip - 0.06), (0.02, 0, neck), 0.21, shirt, flat=0.62),
        ball((0.02, 0, neck), (0.24, 0.4, 0.14), shirt),
        ball((0.03, 0, tall - head), (2 * head, 1.7 * head, 2.1 * head), skin),
        ball((0.0, 0, tall - 0.72 * head), (2.1 * head, 1.85 * head, 1.5 * head), Paint(dice.one_of(*_HAIR), echo=0.3)),
    ]  # fmt: skip
    extra = dice.random()
    if extra < 0.25:
        rows.append(
            box((-0.2, 0, 0.68 * tall), (0.2, 0.32, 0.42), Paint(dice.one_of(*_CLOTHES), echo=0.4))
        )
    elif extra < 0.38:
        rows.append(
            ball(
                (0.05, 0.05, tall + 0.2), (1.0, 1.0, 0.34), Paint(dice.one_of(*_CLOTHES), echo=0.4)
            )
        )
        rows.append(tube((0.1, 0.1, 0.66 * tall), (0.05, 0.05, tall + 0.2), 0.02, _TRIM))
    return rows


def cyclist(dice: Dice) -> list[Row]:
    """Someone on a bicycle."""
    frame = Paint(dice.one_of(*_CLOTHES), echo=0.4, gloss=0.2)
    shirt, legs = (
        Paint(dice.one_of(*_CLOTHES), echo=0.45),
        Paint(dice.one_of(*_TROUSERS), echo=0.35),
    )
    skin = Paint(dice.one_of(*_SKINS), echo=0.5)
    seat, bar, axle = (-0.22, 0.0, 0.92), (0.42, 0.0, 1.0), 0.53
    lean, pedal = dice.uniform(0.22, 0.4), dice.uniform(-0.13, 0.13)
    neck = (seat[0] + lean, 0.0, 1.46)
    rows = [ring((x, 0, 0.34), 0.34, _TYRE) for x in (-axle, axle)]
    rows += [tube((x, -0.02, 0.34), (x, 0.02, 0.34), 0.05, _TRIM) for x in (-axle, axle)]
    rows += [
        tube(a, b, 0.028, frame)
        for a, b in (
            ((-axle, 0, 0.34), (0, 0, 0.3)), ((0, 0, 0.3), (0.38, 0, 0.78)), ((0, 0, 0.3), seat),
            ((-axle, 0, 0.34), (-0.17, 0, 0.8)), ((-0.17, 0, 0.8), (0.38, 0, 0.82)), ((axle, 0, 0.34), bar),
        )
    ]  # fmt: skip
    rows.append(tube((0.42, -0.26, 1.02), (0.42, 0.26, 1.02), 0.025, _TRIM))
    for side in (-1, 1):
        knee = (0.16, side * 0.11, 0.76 + side * pedal * 0.5)
        rows += [
            tube((seat[0], side * 0.09, seat[2]), knee, 0.08, legs),
            tube(knee, (0.02 + side * pedal, side * 0.11, 0.3 - side * pedal), 0.06, legs),
            tube((neck[0], side * 0.2, neck[2] - 0.06), (0.4, side * 0.22, 1.04), 0.05, shirt),
        ]
    rows += [
        tube((seat[0], 0, seat[2]), neck, 0.2, shirt, flat=0.65),
        ball((neck[0] + 0.08, 0, 1.62), (0.21, 0.18, 0.24), skin),
        ball((neck[0] + 0.06, 0, 1.68), (0.27, 0.22, 0.19), Paint(dice.one_of(*_CLOTHES, (40, 40, 42)), echo=0.5)),
        box((-axle - 0.1, 0, 0.72), (0.04, 0.07, 0.07), _RED_LAMP),
    ]  # fmt: skip
    if dice.chance(0.3):
        rows.append(
            box(
                (neck[0] - 0.28, 0, 1.22),
                (0.2, 0.34, 0.42),
                Paint(dice.one_of(*_CLOTHES), echo=0.4),
            )
        )
    return rows


def sign(dice: Dice) -> list[Row]:
    """The face of a road sign; its pole is no part of it."""
    height, size = dice.uniform(2.1, 2.6), dice.uniform(0.62, 0.86)
    red, white, blue = (200, 24, 30), (236, 236, 232), (24, 74, 168)
    rim, inner, form = dice.one_of(
        (red, white, "disc"), (red, white, "disc"), (white, red, "disc"), (white, blue, "disc"),
        (white, blue, "square"), (white, (244, 196, 30), "diamond"), (white, (20, 112, 62), "wide"),
    )  # fmt: skip
    face = Paint(rim, BOARD, echo=0.97, second=inner, mark=dice.random())
    if form == "disc":
        return [tube((-0.01, 0, height), (0.02, 0, height), size / 2, face)]
    if form == "diamond":
        return [diamond((0, 0, height), 0.8 * size, 0.03, face)]
    return [box((0, 0, height), (0.03, size * (1.5 if form == "wide" else 1), size * 0.95), face)]


BUILDERS: dict[str, Callable[[Dice], list[Row]]] = {
    build.__name__: build for build in (car, truck, pedestrian, cyclist, sign)
}
THINGS = tuple(BUILDERS)
