"""The paper against ours as SVG: a diamond that was printed, a dot that was measured, both numbers beside them."""

from collections.abc import Callable, Sequence
from html import escape

from engine.compare.lines import Figure
from engine.words import say

_ROW, _HEAD, _FOOT = 28, 20, 20
_WIDTH, _LEFT, _RIGHT = 680, 240, 255
Rung = tuple[str, float, Figure, str]  # name, paper in percent, ours, what ours was measured with


def dumbbells(rungs: Sequence[Rung], token: str, title: str) -> str:
    """One row a rung, all on one scale in percent that need not begin at 0: dots, not bars."""
    spread = [100 * (ours.deviation or 0.0) for _, _, ours, _ in rungs]
    values = [paper for _, paper, _, _ in rungs]
    values += [
        100 * rung[2].mean + side * apart
        for rung, apart in zip(rungs, spread, strict=True)
        for side in (-1, 1)
    ]
    room = max(1.0, 0.08 * (max(values) - min(values)))
    low, high = max(0.0, min(values) - room), min(100.0, max(values) + room)

    def x(percent: float) -> float:
        return _LEFT + (percent - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    height = _HEAD + _ROW * len(rungs) + _FOOT
    parts = [
        say(
            '<text x="{width}" y="12" text-anchor="end">paper</text><text x="{width_2}" y="12" '
            'text-anchor="end">ours</text>',
            width=_WIDTH - _RIGHT + 55,
            width_2=_WIDTH - _RIGHT + 125,
        )
    ]
    for percent in (low, (low + high) / 2, high):
        parts.append(
            say(
                '<line x1="{x:.1f}" x2="{x:.1f}" y1="{head}" y2="{height}" stroke="var(--line)"/><text '
                'x="{x:.1f}" y="{height_2}" text-anchor="middle">{percent:.1f}</text>',
                x=x(percent),
                head=_HEAD,
                height=height - _FOOT,
                height_2=height - 4,
                percent=percent,
            )
        )
    for place, rung in enumerate(rungs):
        parts.append(_rung(rung, _HEAD + _ROW * (place + 0.5), x, token))
    return say(
        '<svg viewBox="0 0 {width} {height}" role="img" '
        'aria-label="{escape}"><title>{escape}</title>{parts}</svg>',
        width=_WIDTH,
        height=height,
        escape=escape(title),
        parts="".join(parts),
    )


def _rung(rung: Rung, y: float, x: Callable[[float], float], token: str) -> str:
    name, paper, ours, told = rung
    at, mine, half = x(paper), x(100 * ours.mean), 100 * (ours.deviation or 0.0)
    ends = x(100 * ours.mean - half), x(100 * ours.mean + half)
    bar = say(
        '<path d="M{ends:.1f} {y}H{ends_2:.1f}" stroke="var(--{token})" stroke-width="1.6"/>',
        ends=ends[0],
        y=y,
        ends_2=ends[1],
        token=token,
    )
    whisker = bar if half else ""
    return say(
        '<text x="0" y="{y}">{escape}</text><path d="M{at:.1f} {y_2}H{mine:.1f}" '
        'stroke="var(--line2)" stroke-width="2"/>{whisker}<circle cx="{mine:.1f}" cy="{y_2}" r="5" '
        'fill="var(--{token})"/><path d="M{at:.1f} {y_3}l6 6-6 6-6-6z" fill="none" '
        'stroke="var(--ink2)" stroke-width="1.6"/><text x="{width}" y="{y}" '
        'text-anchor="end">{paper:.2f}</text><text x="{width_2}" y="{y}" text-anchor="end" '
        'font-weight="600">{ours}</text><text x="{width_3}" y="{y}" class="faint">{escape_2}</text>',
        y=y + 4,
        escape=escape(name),
        at=at,
        y_2=y,
        mine=mine,
        whisker=whisker,
        token=token,
        y_3=y - 6,
        width=_WIDTH - _RIGHT + 55,
        paper=paper,
        width_2=_WIDTH - _RIGHT + 125,
        ours=ours.text,
        width_3=_WIDTH - _RIGHT + 133,
        escape_2=escape(told),
    )
