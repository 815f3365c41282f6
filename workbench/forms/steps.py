"""Where a number goes when it is stepped up or down: 1-2-5 by magnitude, or even steps."""

import math

from workbench.forms.fields import Field


def stepped(field: Field, value: float, steps: int) -> float | int:
    """The value after so many steps: 1-2-5 by magnitude, or even steps; kept within the bounds."""
    if field.logarithmic:
        moved = _by_magnitude(value, steps) if value > 0 else field.default
    else:
        moved = value + steps * _step(field)
    low = field.minimum if field.minimum is not None else field.above
    high = field.maximum if field.maximum is not None else field.below
    moved = max(moved, low) if low is not None else moved
    moved = min(moved, high) if high is not None else moved
    moved = int(moved) if field.kind == "integer" else float(f"{moved:.10g}")
    return value if field.problem(moved) else moved


def _step(field: Field) -> float:
    if field.kind == "integer":
        return 1
    low = field.minimum if field.minimum is not None else field.above
    high = field.maximum if field.maximum is not None else field.below
    span = high - low if low is not None and high is not None else math.inf
    return 0.01 if span <= 1 else 0.1 if span <= 10 else 1


def _by_magnitude(value: float, steps: int) -> float:
    """One step of the series 1, 2, 5, 10 ... up or down for each step asked for."""
    for _ in range(abs(steps)):
        power = 10.0 ** math.floor(math.log10(value) + 1e-9)
        digit = value / power
        if steps > 0:
            value = power * next(mark for mark in (2, 5, 10) if mark > digit + 1e-6)
        elif digit < 1 + 1e-6:
            value = power / 2
        else:
            value = power * next(mark for mark in (5, 2, 1) if mark < digit - 1e-6)
    return value
