"""The time of day and the weather: what light falls on a street, and what sky is above it."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.datasets.drives.streets.casting import Vector, inlined
from engine.datasets.drives.streets.noise import cloudy, scattered, step
from engine.datasets.shapes.catalogue import Dice

_LAMPS = 8  # at most, that light a street


@dataclass(frozen=True)
class Weather:
    """night: after dark; sky: “clear”, “clouds”, “rain” or “fog”."""

    night: bool
    sky: str

    @property
    def words(self) -> tuple[str, ...]:
        """What is to be said about it; nothing for a dry day without fog."""
        said = ("night",) if self.night else ()
        return (*said, self.sky) if self.sky in ("rain", "fog") else said


@dataclass(frozen=True)
class Shares:
    """How many of all streets lie in fog, in rain and in the dark, 0..1 each."""

    fog: float
    rain: float
    night: float


class Light(NamedTuple):
    """Amounts of light by colour: of the sun, which stands towards `towards`, from all of the sky, of the sky low and
    high, and of the air itself, which hides what is `1 / thick` metres away by two thirds. lamps: how strongly lamps of
    cars and streets shine; beams: how strongly our own; lit: the share of lit windows; wet: how much the road mirrors;
    cover: how much of the sky is clouds; which: their seed."""

    towards: Vector
    sun: Vector
    all_round: Vector
    low: Vector
    high: Vector
    air: Vector
    thick: float
    lamps: float
    beams: float
    lit: float
    wet: float
    cover: float
    which: int


def draw_weather(shares: Shares, dice: Dice) -> Weather:
    """By the shares; the same throws whatever the shares are."""
    dark, wet, dull = dice.random(3)
    night = bool(dark < shares.night)
    if wet < shares.fog:
        return Weather(night, "fog")
    if wet < shares.fog + shares.rain:
        return Weather(night, "rain")
    return Weather(night, "clouds" if dull < 0.35 else "clear")


def draw_light(weather: Weather, dice: Dice) -> Light:
    """The light of one moment in such weather."""
    height, bearing = dice.uniform(0.3, 1.1), dice.uniform(-np.pi, np.pi)
    warm = (1.1 - height) / 0.8  # the lower the sun, the redder
    which = int(dice.integers(0, 2**16))
    level = np.cos(height)
    towards = (
        float(level * np.cos(bearing)),
        float(level * np.sin(bearing)),
        float(np.sin(height)),
    )
    if weather.night:
        return _night(weather, towards, which)
    if weather.sky == "clear":
        sun = (2.3, 2.1 - 0.35 * warm, 1.85 - 0.85 * warm)
        low = (0.62 + 0.25 * warm, 0.70 + 0.02 * warm, 0.82 - 0.2 * warm)
        return Light(
            towards, sun, (0.42, 0.47, 0.58), low, (0.16, 0.32, 0.68), low,
            0.0016, 0.5, 0.0, 0.03, 0.0, 0.45, which,
        )  # fmt: skip
    grey = {"clouds": 0.66, "rain": 0.44, "fog": 0.62}[weather.sky]
    low = (grey, grey * 1.02, grey * 1.05)
    high = (grey * 0.72, grey * 0.76, grey * 0.84)
    around = grey * 1.25
    thick = {"clouds": 0.003, "rain": 0.009, "fog": 0.028}[weather.sky]
    wet = 0.55 if weather.sky == "rain" else 0.0
    return Light(
        towards, (0.0, 0.0, 0.0), (around, around * 1.01, around * 1.04), low, high, low,
        thick, 1.1, 0.0, 0.12, wet, 0.8, which,
    )  # fmt: skip


def _night(weather: Weather, towards: Vector, which: int) -> Light:
    low, high = (0.055, 0.05, 0.075), (0.008, 0.011, 0.03)
    thick = {"fog": 0.026, "rain": 0.009}.get(weather.sky, 0.002)
    air = (0.05, 0.048, 0.06) if weather.sky == "fog" else low
    wet = 0.6 if weather.sky == "rain" else 0.06
    return Light(
        towards, (0.0, 0.0, 0.0), (0.035, 0.042, 0.075), low, high, air,
        thick, 2.6, 1.1, 0.4, wet, 0.3, which,
    )  # fmt: skip


@inlined
def mixed(one: Vector, other: Vector, share: float) -> Vector:
    """Between two colours: 0 the one, 1 the other."""
    kept = 1 - share
    return (
        one[0] * kept + other[0] * share,
        one[1] * kept + other[1] * share,
        one[2] * kept + other[2] * share,
    )


@inlined
def sky_colour(light: Light, way: Vector) -> Vector:
    """The light that comes from where a direction of length 1 points to, as far as that is not below the ground."""
    up = max(way[2], 0.0)
    colour = mixed(light.low, light.high, min(1.0, np.sqrt(up) * 1.25))
    clear = light.sun[0] > 0
    if light.cover > 0 and way[2] > -0.02:
        flat = 1 / (up + 0.12)
        lump = cloudy(way[0] * flat * 1.3 + 7, way[1] * flat * 1.3 + 3, light.which)
        share = light.cover * step(0.56, 0.3, lump) * min(1.0, up * 6 + 0.15)
        bright = 1.25 if clear else 0.8
        body = (light.low[0] * bright, light.low[1] * bright, light.low[2] * bright)
        if clear:
            body = mixed(body, (1.25, 1.22, 1.2), 0.7)
        colour = mixed(colour, body, share)
    if clear:
        near = way[0] * light.towards[0] + way[1] * light.towards[1] + way[2] * light.towards[2]
        glow = max(near, 0.0) ** 24 * 0.35 + max(near, 0.0) ** 600 * 3
        colour = (
            colour[0] + glow * light.sun[0],
            colour[1] + glow * light.sun[1],
            colour[2] + glow * light.sun[2] * 0.8,
        )
    elif light.beams > 0 and up > 0.08 and light.thick < 0.005:
        i, j = int(np.floor(way[1] / up * 90)), int(np.floor(way[0] / up * 90))
        if scattered(i, j, light.which) > 0.996:
            colour = (colour[0] + 0.25, colour[1] + 0.25, colour[2] + 0.28)
    return colour


@inlined
def through_air(light: Light, colour: Vector, away: float, up: float) -> Vector:
    """What is left of a colour over so many metres of air; up: the height of the direction's end, of length 1."""
    left = np.exp(-light.thick * away * (1 - 0.5 * max(0.0, min(1.0, up * 2))))
    return mixed(light.air, colour, left)
