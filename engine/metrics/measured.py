"""Figures that could not be measured: left out of results, or None in a table; never NaN, never 0."""

import math


def measured(values: dict[str, float]) -> dict[str, float]:
    """Without what could not be measured."""
    return {name: float(value) for name, value in values.items() if math.isfinite(value)}


def or_none(value: float) -> float | None:
    """None for what could not be measured."""
    return float(value) if math.isfinite(value) else None
