"""Charts as SVG text, coloured by the page's variables so that they follow light and dark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.metrics.scale import Scale
from engine.words import of_100

WIDTH, HEIGHT, FOOT = 560, 190, 22
_BINS = 40
PROBABILITY = Scale()


def histograms(
    known: ArrayLike, strangers: ArrayLike, threshold: float, scale: Scale = PROBABILITY
) -> str:
    """Two score histograms over a scale, each scaled to its own share, and the threshold as a line."""
    shapes = []
    counts = [_shares(np.clip(scale.shares(side), 0, 1)) for side in (known, strangers)]
    top = max(float(count.max(initial=0)) for count in counts) or 1.0
    for count, token in zip(counts, ("known", "unknown"), strict=True):
        heights = HEIGHT - count / top * (HEIGHT - 24)
        x = np.repeat(np.linspace(0, WIDTH, _BINS + 1), 2)[1:-1]
        line = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, np.repeat(heights, 2), strict=True))
        shapes.append(
            f'<polygon points="0,{HEIGHT} {line} {WIDTH},{HEIGHT}" fill="var(--{token})" fill-opacity=".22" '
            f'stroke="var(--{token})" stroke-width="1.6"{"" if token == "known" else HATCH_STROKE}/>'
        )
    place = float(np.clip(scale.shares(threshold), 0, 1)) * WIDTH
    shapes.append(
        f'<line x1="{place:.1f}" x2="{place:.1f}" y1="4" y2="{HEIGHT}" stroke="var(--ink)" stroke-width="1.6"/>'
    )
    labels = (
        _text(0, scale.short(scale.low), "start")
        + _text(WIDTH, scale.short(scale.high), "end")
        + _text(place, f"threshold {scale.say(threshold)}", "middle")
    )
    return _svg(
        "".join(shapes) + labels, "How sure the model was, of known things and of strangers"
    )


HATCH_STROKE = ' stroke-dasharray="5 3"'


def curves(
    lines: Mapping[str, tuple[Sequence[float], Sequence[float]]], tokens: Mapping[str, str]
) -> str:
    """Shares 0..1 by epoch: name -> (epochs, values); names are written at the right end."""
    longest = max((max(epochs) for epochs, _ in lines.values() if len(epochs)), default=1.0) or 1.0
    parts = [_grid()]
    for name, (epochs, values) in lines.items():
        points = " ".join(
            f"{e / longest * WIDTH:.1f},{_height(v):.1f}"
            for e, v in zip(epochs, values, strict=True)
        )
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="var(--{tokens[name]})" stroke-width="2"/>'
        )
        if len(values):
            y = _height(max(values[-4:])) - 7  # above the line, which the words lie over
            parts.append(f'<text x="{WIDTH}" y="{y:.1f}" text-anchor="end">{name}</text>')
    return _svg(
        "".join(parts) + _text(WIDTH, f"pass {longest:g}", "end"),
        "How right it was after each pass",
    )


@dataclass(frozen=True, eq=False)
class Overlaid:
    """One of several curves: its name, x (n,) from 0, y (n,) as shares 0..1."""

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]


def overlaid(lines: Sequence[Overlaid], across: str, title: str) -> str:
    """Curves over each other, told apart by colour and dashes, with a key that has their last and best values."""
    if not lines:
        return "<p>Nothing was measured.</p>"
    longest = max(float(line.x[-1]) for line in lines) or 1.0
    parts, key = [_grid()], []
    for place, line in enumerate(lines):
        points = " ".join(
            f"{x / longest * WIDTH:.1f},{_height(y):.1f}"
            for x, y in zip(line.x, line.y, strict=True)
        )
        stroke = f'stroke="var(--c{place})" stroke-width="2" stroke-dasharray="{_DASHES[place % len(_DASHES)]}"'
        parts.append(f'<polyline points="{points}" fill="none" {stroke}/>')
        key.append(
            f'<tr><td><svg class=stroke viewBox="0 0 36 8"><path d="M0 4H36" {stroke}/></svg> {escape(line.name)}'
            f"<td>{of_100(line.y[-1], 1)}%<td>{of_100(line.y.max(), 1)}%"
        )
    foot = _text(WIDTH, f"{across} {longest:g}" if longest > 1 else f"{across} →", "end")
    head = "<tr><th>curve<th>at its end<th>highest</tr>"
    return f"{_svg(''.join(parts) + foot, title)}<table>{head}{''.join(key)}</table>"


_DASHES = ("none", "6 3", "2 3", "8 3 2 3")


def _grid() -> str:
    return "".join(
        f'<line x1="0" x2="{WIDTH}" y1="{y:.0f}" y2="{y:.0f}" stroke="var(--line)"/>'
        f'<text x="0" y="{y - 4:.0f}">{share:.0%}</text>'
        for share in (0.0, 0.5, 1.0)
        for y in [_height(share)]
    )


def _shares(values: ArrayLike) -> NDArray[np.float64]:
    counts, _ = np.histogram(values, bins=_BINS, range=(0, 1))
    return np.asarray(counts / max(1, counts.sum()))


def _height(share: float) -> float:
    return HEIGHT - share * (HEIGHT - 24)


def _text(x: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{HEIGHT + 16}" text-anchor="{anchor}">{words}</text>'


def _svg(content: str, title: str) -> str:
    return (
        f'<svg viewBox="-4 0 {WIDTH + 8} {HEIGHT + FOOT}" role="img" aria-label="{title}"><title>{title}</title>'
        f"{content}</svg>"
    )
