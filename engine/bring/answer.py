"""The answer about a thing that somebody brings: what it is, or that it is not known, and all that spoke for it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from scipy.special import logsumexp

from engine.bring.asked_run import AskedRun, asked_run, find_run
from engine.bring.asking import Asking
from engine.bring.deciding import deciding
from engine.bring.examples import keep_arrays, keep_whole
from engine.bring.regions import Regions, regions
from engine.bring.thing import Floats, Thing, read_thing
from engine.errors import FormatError
from engine.events import Answer, Event, Phase
from engine.metrics.measured import or_none
from engine.metrics.open_set import probabilities
from engine.store import RunStore
from engine.words import say

_TOP = 3
_NEAR = 4
_SURE = 0.8  # of another way up: less would be to look for an answer until there is one


def ask(asking: Asking, store: RunStore) -> Iterator[Event]:
    """One Answer, “ask”: the fields of `answered`. Raises FormatError or RunError where there is none."""
    yield Phase(name=say("Looking"), detail=asking.file.name)
    asked = asked_run(find_run(asking.run, store))
    yield Answer(question="ask", value=answered(asking, asked))


def answered(asking: Asking, asked: AskedRun) -> dict[str, Any]:
    """Plain JSON. said: a known kind or None; about: the likeliest kind, which `regions` speak of; none: the chance of
    a trained unknown, 0 without one; otherwise: how it would stand for a known kind to be named; change: by how much
    its probability, and margin: its log-odds, fall when the region is left out; near: the nearest known samples;
    arrays: an npz with points (N, 3), decided (N,) bool, empty where not told, and region (N,); whole: one with all
    points that are shown of a scan that has more of them, in `even_order`, else empty."""
    thing = _read(asking, asked.count)
    found = asked.answers(thing.points[None], votes=True)
    said, score = asked.decide(found)
    chances = _chances(found.logits, asked)[0]
    top = np.argsort(-chances, kind="stable")[:_TOP]
    about, own = int(top[0]), asked.predictions
    parts = regions(thing)
    points = torch.from_numpy(thing.points).to(next(asked.net.parameters()).device)
    decided, how = deciding(asked.net, points, about)
    arrays = keep_arrays(
        points=thing.points,
        decided=np.zeros(0, bool) if decided is None else decided,
        region=parts.region,
        name=np.array(asking.file.name),
    )
    return {
        **_facts(asking, thing, asked),
        "said": asked.known[said] if said < len(asked.known) else None,
        "about": asked.known[about],
        "top": [_guess(asked, int(label), float(chances[label])) for label in top],
        "none": float(1 - chances.sum()),
        "score": own.score,
        "rating": or_none(score),
        "threshold": or_none(own.threshold),
        "outvoted": said == len(asked.known) and own.score == "msp" and score >= own.threshold,
        "otherwise": _otherwise(asking, thing, asked) if said == len(asked.known) else None,
        "how": how,
        "decided": 0 if decided is None else int(decided.sum()),
        "regions": _spoke(thing, parts, asked, about),
        **_near(found.features[0], asked),
        "arrays": str(arrays),
        "whole": str(keep_whole(thing.whole)) if len(thing.whole) > len(thing.points) else "",
    }


def _read(asking: Asking, count: int) -> Thing:
    """The thing; where it is none, what to do is said with the reason."""
    try:
        return read_thing(asking, count)
    except FormatError as error:
        raise FormatError(
            say(
                "{error} Nothing was changed. Save it anew as PLY, OBJ or GLB, or take another file.",
                error=error.sentence,
            )
        ) from None


def _otherwise(asking: Asking, thing: Thing, asked: AskedRun) -> dict[str, Any] | None:
    """The way up, other than the guessed one, at which a known kind is named surely, with that guess; the surest."""
    if not thing.guessed:
        return None
    ways = thing.ups[1:]
    turned = [
        read_thing(asking.model_copy(update={"up": up}), asked.count).points[None] for up in ways
    ]
    chances = _chances(asked.answers(np.concatenate(turned)).logits, asked)
    best, label = divmod(int(chances.argmax()), chances.shape[1])
    found = asked.answers(turned[best], votes=True)
    sure = float(_chances(found.logits, asked)[0, label])
    if asked.decide(found)[0] != label or sure < _SURE:
        return None
    return {"up": ways[best], **_guess(asked, label, sure)}


def _facts(asking: Asking, thing: Thing, asked: AskedRun) -> dict[str, Any]:
    return {
        "file": str(asking.file),
        "run": str(asked.run.path),
        "run_name": asked.run.name,
        "read": thing.read,
        "dropped": thing.dropped,
        "mesh": thing.mesh,
        "used": len(thing.points),
        "up": thing.up,
        "ups": list(thing.ups),
        "guessed": thing.guessed,
        "quarter": asking.quarter,
        "size": list(thing.size),
        "known": list(asked.known),
        "cache": asked.predictions.cache,
    }


def _guess(asked: AskedRun, label: int, probability: float) -> dict[str, Any]:
    return {"kind": asked.known[label], "label": label, "probability": probability}


def _spoke(thing: Thing, parts: Regions, asked: AskedRun, about: int) -> list[dict[str, Any]]:
    """By what every region changes the answer about one kind, the strongest first; one look each, as votes shake a
    cloud more than a missing region does."""
    logits = asked.answers(np.concatenate([thing.points[None], parts.left_out])).logits
    chances, margins = _chances(logits, asked)[:, about], _margins(logits, about)
    changes, margins = chances[0] - chances[1:], margins[0] - margins[1:]
    order = np.argsort(-np.abs(changes), kind="stable")
    return [
        {
            "number": int(number) + 1,
            "centre": [float(value) for value in parts.centres[number]],
            "points": int((parts.region == number).sum()),
            "change": or_none(changes[number]),
            "margin": or_none(margins[number]),
        }
        for number in order
    ]


def _near(feature: Floats, asked: AskedRun) -> dict[str, Any]:
    own = asked.predictions
    nearest = asked.familiar.nearest(feature, _NEAR)
    usual = asked.familiar.usual
    away = nearest[0][1] if nearest else None
    return {
        "near": [
            {
                "name": own.names[sample],
                "kind": own.known[int(own.labels[sample])],
                "label": int(own.labels[sample]),
                "row": int(own.row[sample]),
                "distance": distance,
            }
            for sample, distance in nearest
        ],
        "usual": list(usual) if usual else None,
        "away": away,
        "like": None if usual is None or away is None else away <= usual[1],
    }


def _chances(logits: Floats, asked: AskedRun) -> Any:
    return probabilities(logits, asked.predictions.unknown_column)


def _margins(logits: Floats, column: int) -> Any:
    """The log-odds of one column against all others."""
    values = logits.astype(np.float64)
    return values[:, column] - logsumexp(np.delete(values, column, axis=1), axis=1)
