"""Eight tested strangers as pictures: turned away or not in the share of the whole test, so that failures are seen."""

import base64
from html import escape

import numpy as np
from numpy.typing import NDArray

from engine.clouds import Clouds
from engine.picture import splat, to_png
from engine.predictions import Predictions
from engine.words import say

SHOWN = 8
_ORANGE = (0.92, 0.45, 0.06)
Rows = NDArray[np.int64]


def chosen(predictions: Predictions, said: Rows) -> Rows:
    """Which samples, drawn by a fixed seed, as many kinds as there are; of each outcome at least one where there is."""
    known = len(predictions.known)
    order = np.random.default_rng(0).permutation(np.flatnonzero(predictions.labels == known))
    away, not_away = order[said[order] == known], order[said[order] != known]
    if not len(order):
        return order
    many = round(SHOWN * len(away) / len(order))
    many = min(max(many, 1 if len(away) else 0), SHOWN - (1 if len(not_away) else 0))
    first = _varied(away, predictions.kind, many, ())
    rest = _varied(not_away, predictions.kind, SHOWN - len(first), predictions.kind[first])
    return np.concatenate((first, rest))


def gallery(predictions: Predictions, said: Rows, clouds: Clouds) -> str:
    """The figures as markup; clouds: those of the predictions' cache."""
    return "".join(
        f"<figure><img alt='' src='data:image/png;base64,{_picture(clouds.points[predictions.row[index]])}'>"
        f"<b>{escape(_plain(predictions.kinds[predictions.kind[index]]))}</b><br>"
        f"{_verdict(predictions, int(said[index]))}</figure>"
        for index in chosen(predictions, said)
    )


def note(predictions: Predictions, said: Rows) -> str:
    """How many of those shown were turned away."""
    rows = chosen(predictions, said)
    turned = int((said[rows] == len(predictions.known)).sum())
    return say(
        "{turned} turned away, {rows} not, as in the whole test; drawn at random",
        turned=turned,
        rows=len(rows) - turned,
    )


def _varied(rows: Rows, kind: Rows, many: int, used: "Rows | tuple[()]") -> Rows:
    """So many of the rows, those of kinds that were not shown yet first."""
    seen: set[int] = set(np.asarray(used).tolist())
    fresh: list[int] = []
    again: list[int] = []
    for row in rows.tolist():
        (again if int(kind[row]) in seen else fresh).append(row)
        seen.add(int(kind[row]))
    return np.array([*fresh, *again][:many], dtype=np.int64)


def _verdict(predictions: Predictions, said: int) -> str:
    if said == len(predictions.known):
        return f"<span class=good>{say('turned away')}</span>"
    called = say("called {kind}", kind=_plain(predictions.known[said]))
    return f"<span class=bad>{escape(called)}</span>"


def _plain(kind: str) -> str:
    return kind.replace("_", " ")


def _picture(points: NDArray[np.float32]) -> str:
    colors = np.tile(np.array(_ORANGE, dtype=np.float32), (len(points), 1))
    return base64.b64encode(to_png(splat(points, colors, 190, 150, light_theme=True))).decode()
