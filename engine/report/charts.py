"""Charts as SVG text, coloured by the page's variables so that they follow light and dark."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.metrics.scale import Scale
from engine.report.cards import remark
from engine.words import of_100, say

WIDTH, HEIGHT, FOOT = 560, 190, 24
_BINS = 160
_SMOOTHING = 3.2  # bins
_LEFT = 40  # room for the numbers of an axis
_TOP = 24
_APART = 16  # between two words
PROBABILITY = Scale()


def histograms(
    known: ArrayLike, strangers: ArrayLike, threshold: float, scale: Scale = PROBABILITY
) -> str:
    """Two smooth score histograms over a scale, each of its own share, and the threshold as a line."""
    sides = {
        token: _shares(np.clip(scale.shares(side), 0, 1))
        for token, side in (("unknown", strangers), ("known", known))
    }
    top = max(float(share.max(initial=0)) for share in sides.values()) or 1.0
    hatch = f"h{zlib.crc32(np.concatenate(list(sides.values())).tobytes()):08x}"
    parts, names = [_hatch(hatch)], []
    for token, share in sides.items():
        if not share.any():
            continue
        heights = HEIGHT - share / top * (HEIGHT - _TOP)
        x = np.linspace(0, WIDTH, _BINS)
        line = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, heights, strict=True))
        area = f"0,{HEIGHT} {line} {WIDTH},{HEIGHT}"
        parts.append(f'<polygon points="{area}" fill="var(--{token})" fill-opacity=".18"/>')
        if token == "unknown":
            parts.append(f'<polygon points="{area}" fill="url(#{hatch})"/>')
        parts.append(
            f'<path d="M{line.replace(" ", " L")}" fill="none" stroke="var(--{token})" stroke-width="2"/>'
        )
        peak = int(share.argmax())
        names.append((token, float(x[peak]), float(heights[peak]) - 8))
    place = float(np.clip(scale.shares(threshold), 0, 1)) * WIDTH
    parts.append(
        f'<line x1="{place:.1f}" x2="{place:.1f}" y1="4" y2="{HEIGHT}" stroke="var(--ink)" stroke-width="1.8"/>'
    )
    words = say("line at {threshold}", threshold=scale.say(threshold))
    labels = (
        ("" if place < 70 else _text(0, scale.short(scale.low), "start"))
        + ("" if place > WIDTH - 70 else _text(WIDTH, scale.short(scale.high), "end"))
        + _text(min(max(place, 34), WIDTH - 34), words, "middle", "strong")
    )
    return _svg(
        "".join(parts) + _named(names) + labels,
        say("How sure the model was, of known things and of strangers"),
    )


def _hatch(name: str) -> str:
    """Lines at 45 degrees: strangers are told apart without colour too."""
    return (
        f'<defs><pattern id="{name}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path d="M0 0V7" stroke="var(--unknown)" stroke-width="1.6" stroke-opacity=".55"/></pattern></defs>'
    )


def _named(names: Sequence[tuple[str, float, float]]) -> str:
    """Each histogram’s name over its peak, side by side where the peaks are close."""
    places = {token: min(max(x, 34.0), WIDTH - 34.0) for token, x, _ in names}
    tops = {token: y for token, _, y in names}
    if len(places) == 2 and abs(places["known"] - places["unknown"]) < 90:
        left = "known" if places["known"] < places["unknown"] else "unknown"
        middle = min(max(sum(places.values()) / 2, 80.0), WIDTH - 80.0)
        places = {token: middle + (-46 if token == left else 46) for token in places}
        tops = dict.fromkeys(places, 14.0)
    words = {"known": (say("known"), "--known"), "unknown": (say("strangers"), "--unknownInk")}
    return "".join(
        (
            f'<text class=name x="{x:.1f}" y="{tops[token]:.0f}" text-anchor="middle" '
            f'style="fill:var({words[token][1]})">{words[token][0]}</text>'
        )
        for token, x in places.items()
    )


def curves(
    lines: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    tokens: Mapping[str, str],
    kept: float | None = None,
) -> str:
    """Shares 0..1 by epoch: name -> (epochs, values); names are written at the right end. kept: the pass whose model
    was tested, where that is not the last."""
    longest = max((max(epochs) for epochs, _ in lines.values() if len(epochs)), default=1.0) or 1.0
    parts, ends = [_grid()], {}
    for name, (epochs, values) in lines.items():
        points = " ".join(
            f"{e / longest * WIDTH:.1f},{_height(v):.1f}"
            for e, v in zip(epochs, values, strict=True)
        )
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="var(--{tokens[name]})" stroke-width="2"/>'
        )
        if len(values):
            late = values[-max(4, len(values) // 3) :]
            ends[name] = _height(max(late)) - 7, _height(min(late)) + 15
    for name, y in _apart(ends).items():
        ink = "unknownInk" if tokens[name] == "unknown" else tokens[name]
        parts.append(
            f'<text class=name x="{WIDTH}" y="{y:.1f}" text-anchor="end" style="fill:var(--{ink})">{name}</text>'
        )
    foot = _text(WIDTH, say("pass {longest:g}", longest=longest), "end")
    if kept is not None and kept < longest:
        x = kept / longest * WIDTH
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{HEIGHT}" stroke="var(--ctl)" stroke-dasharray="4 4"/>'
        )
        far = x < WIDTH - 110
        foot = (foot if far else "") + _text(
            x, say("pass {kept:.0f} kept", kept=kept), "middle" if far else "end", "strong"
        )
    return _svg("".join(parts) + foot, say("How right it was after each pass"), _LEFT)


def _apart(ends: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Where each name goes: above its curve, or below it where another name is in the way or there is no room."""
    placed: dict[str, float] = {}
    for name, (above, below) in sorted(ends.items(), key=lambda item: item[1]):
        free = [y for y in (above, below) if 10 < y < HEIGHT - 3]
        clear = [y for y in free if all(abs(y - other) >= _APART for other in placed.values())]
        placed[name] = (clear or free or [max(12.0, above)])[0]
    return placed


@dataclass(frozen=True, eq=False)
class Overlaid:
    """One of several curves: its name, x (n,) from 0, y (n,) as shares 0..1."""

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]


def overlaid(lines: Sequence[Overlaid], across: str, title: str) -> str:
    """Curves over each other, told apart by colour and dashes, with a key that has their last and best values."""
    if not lines:
        return remark(say("Nothing was measured."))
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
    head = f"<tr><th>{say('curve')}<th>{say('at its end')}<th>{say('highest')}</tr>"
    return f"{_svg(''.join(parts) + foot, title, _LEFT)}<table>{head}{''.join(key)}</table>"


_DASHES = ("none", "6 3", "2 3", "8 3 2 3")


def _grid() -> str:
    return "".join(
        (
            f'<line x1="0" x2="{WIDTH}" y1="{y:.0f}" y2="{y:.0f}" stroke="var(--line)"/>'
            f'<text x="-7" y="{y + 4:.0f}" text-anchor="end">{share:.0%}</text>'
        )
        for share in (0.0, 0.5, 1.0)
        for y in [_height(share)]
    )


def _shares(values: ArrayLike) -> NDArray[np.float64]:
    """A histogram, smoothed with a normal curve and mirrored at both ends so that nothing leaks out."""
    counts, _ = np.histogram(values, bins=_BINS, range=(0, 1))
    reach = int(4 * _SMOOTHING)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / _SMOOTHING) ** 2)
    padded = np.pad(counts / max(1, counts.sum()), reach, mode="symmetric")
    return np.asarray(np.convolve(padded, weights / weights.sum(), mode="valid"))


def _height(share: float) -> float:
    return HEIGHT - share * (HEIGHT - _TOP)


def _text(x: float, words: str, anchor: str, kind: str = "") -> str:
    mark = f" class={kind}" if kind else ""
    return f'<text{mark} x="{x:.1f}" y="{HEIGHT + 17}" text-anchor="{anchor}">{words}</text>'


def _svg(content: str, title: str, left: int = 4) -> str:
    return (
        f'<svg viewBox="{-left} 0 {WIDTH + left + 4} {HEIGHT + FOOT}" role="img" aria-label="{title}">'
        f"<title>{title}</title>{content}</svg>"
    )
