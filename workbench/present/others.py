"""A short story of a run that names no kinds of clouds: what it can in figures, and where it is weakest."""

from collections.abc import Mapping
from typing import Any

from engine.explained import (
    FIGURES,
    MATERIAL,
    SEEN,
    aligned,
    copied,
    explained,
    of_classroom,
    of_scenes,
    worded,
)
from engine.store import Run
from engine.words import counted, of_100, say
from workbench.present.slide import Bars, Row, Slide, Tale

_ROWS = 6
_ALIGNED = {
    "r2": say("of the teacher’s answers explained (R²)"),
    "likeness": say("likeness to the teacher (cosine)"),
    "recall_1": say("own picture found first"),
    "recall_5": say("own picture among the first five"),
}
_BY_ITSELF = {  # the first of these that a kind was judged by
    "ap25": say("how well it is found, overlap .25 (AP25)"),
    "ap50": say("how well it is found, overlap .5 (AP50)"),
    "iou": say("how far what it says and what is true overlap (IoU)"),
}


def of_others(run: Run, results: Mapping[str, Any]) -> Tale:
    """Its figures, and each by itself where it was counted so."""
    slides = [_can(results)]
    if (weak := _weak(results)) is not None:
        slides.append(weak)
    return Tale(run.name, False, tuple(slides))


def _can(results: Mapping[str, Any]) -> Slide:
    can = explained(results)
    headline = say("It {can}.", can=can) if can else say("It was not measured.")
    told = say(
        "{tested} Its pictures cannot be shown here yet: they are on the page {page}.",
        tested=_tested(results),
        page=_page(results),
    )
    return Slide(say("What it can do"), headline, told, Bars(tuple(_figures(results))[:_ROWS]))


def _tested(results: Mapping[str, Any]) -> str:
    if aligned(results):
        return say(
            "Tested on {pairs:,} pairs of a picture and a cloud that it had never seen.",
            pairs=results["pairs"],
        )
    if of_classroom(results):
        return say(
            "Tested on {frames} that it had never seen.",
            frames=counted(results["frames"], "camera frame"),
        )
    return say(
        "Tested on {scenes} that it had never seen.",
        scenes=counted(results["scenes"], MATERIAL[results["task"]]),
    )


def _page(results: Mapping[str, Any]) -> str:
    if of_scenes(results):
        return say("Scenes")
    return say("Concepts") if aligned(results) else say("Classroom")


def _figures(results: Mapping[str, Any]) -> list[Row]:
    """Shares only, where more is better; what was not measured keeps its dash."""
    if aligned(results):
        named = dict(_ALIGNED)
    elif of_classroom(results):
        named = {key: words for key, words in SEEN.items() if not key.startswith("depth_error")}
    else:
        named = dict(FIGURES)
    rows = [_row(words, results[key]) for key, words in named.items() if key in results]
    rows += [
        _row(say("what the teacher “{who}” says, copied", who=who), r2)
        for who, r2 in copied(results).items()
    ]
    rows += [_row(worded(name), share) for name, share in results.get("words", {}).items()]
    return rows


def _row(words: str, share: float | None) -> Row:
    measured = share is not None and share == share
    number = f"{of_100(share)} %" if share is not None and measured else "–"
    return Row(words[:1].upper() + words[1:], share if measured else None, number)


def _weak(results: Mapping[str, Any]) -> Slide | None:
    each: Mapping[str, Mapping[str, float | None]]
    each = results.get("per_class") or results.get("per_thing") or {}
    key = next((name for name in _BY_ITSELF if any(name in own for own in each.values())), "")
    judged = [(own[key], name) for name, own in each.items() if own.get(key) is not None]
    found = sorted((share, name) for share, name in judged if share is not None and share == share)
    if not found:
        return None
    rows = [Row(name, share, f"{of_100(share)} %", "accent") for share, name in found[:_ROWS]]
    left = len(each) - len(found)
    told = say("The weakest first, by {by_itself}.", by_itself=_BY_ITSELF[key]) + (
        say(" {left} could not be judged in this test.", left=left) if left else ""
    )
    headline = say(
        "It is weakest at “{name}”: {share} %.", name=found[0][1], share=of_100(found[0][0])
    )
    return Slide(say("What it is not good at"), headline, told, Bars(tuple(rows)))
