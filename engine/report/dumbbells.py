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
        f'<text x="{_WIDTH - _RIGHT + 55}" y="12" text-anchor="end">{say("paper")}</text>'
        f'<text x="{_WIDTH - _RIGHT + 125}" y="12" text-anchor="end">{say("ours")}</text>'
    ]
    for percent in (low, (low + high) / 2, high):
        parts.append(
            f'<line x1="{x(percent):.1f}" x2="{x(percent):.1f}" y1="{_HEAD}" y2="{height - _FOOT}" '
            f'stroke="var(--line)"/><text x="{x(percent):.1f}" y="{height - 4}" text-anchor="middle">'
            f"{percent:.1f}</text>"
        )
    for place, rung in enumerate(rungs):
        parts.append(_rung(rung, _HEAD + _ROW * (place + 0.5), x, token))
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f"{''.join(parts)}</svg>"
    )


def _rung(rung: Rung, y: float, x: Callable[[float], float], token: str) -> str:
    name, paper, ours, told = rung
    at, mine, half = x(paper), x(100 * ours.mean), 100 * (ours.deviation or 0.0)
    ends = x(100 * ours.mean - half), x(100 * ours.mean + half)
    bar = f'<path d="M{ends[0]:.1f} {y}H{ends[1]:.1f}" stroke="var(--{token})" stroke-width="1.6"/>'
    whisker = bar if half else ""
    return (
        f'<text x="0" y="{y + 4}">{escape(name)}</text>'
        f'<path d="M{at:.1f} {y}H{mine:.1f}" stroke="var(--line2)" stroke-width="2"/>{whisker}'
        f'<circle cx="{mine:.1f}" cy="{y}" r="5" fill="var(--{token})"/>'
        f'<path d="M{at:.1f} {y - 6}l6 6-6 6-6-6z" fill="none" stroke="var(--ink2)" stroke-width="1.6"/>'
        f'<text x="{_WIDTH - _RIGHT + 55}" y="{y + 4}" text-anchor="end">{paper:.2f}</text>'
        f'<text x="{_WIDTH - _RIGHT + 125}" y="{y + 4}" text-anchor="end" font-weight="600">{ours.text}</text>'
        f'<text x="{_WIDTH - _RIGHT + 133}" y="{y + 4}" class="faint">{escape(told)}</text>'
    )
