"""The story of a run that names kinds of things, with strangers or without; every number is one of its own."""

from collections.abc import Callable

import numpy as np

from engine.passes import short
from engine.predictions import Floats
from engine.words import counted, say
from workbench.models.verdict import Verdict
from workbench.present.answers import MOST_KINDS, Answers
from workbench.present.slide import (
    Bars,
    Course,
    Hundred,
    Picture,
    Row,
    Slide,
    Tale,
    Thing,
    Things,
    Trade,
    Way,
    hundred,
)
from workbench.present.weakest import weakest
from workbench.views.verdict import one, plain

_WISH = 0.9  # of strangers turned away: what that would cost is told


def of_kinds(answers: Answers) -> Tale:
    """What it learnt, how right it is, one it names, one it turns away, the line, the figures, its weak side."""
    told: list[Callable[[Answers], Slide | None]] = [_learnt, _right, _named]
    if answers.counts["n_open"]:
        told += [_stranger, _trade, _figures]
    slides = [slide for tell in (*told, weakest) if (slide := tell(answers)) is not None]
    made = answers.clouds is not None and answers.clouds.made
    return Tale(answers.run.name, made, tuple(slides), _moved(answers))


def _moved(answers: Answers) -> str:
    """Where the line stands, beside where the run has it; empty where nobody could tell them apart."""
    line, own = (_value(answers, value) for value in (answers.threshold, answers.own))
    if line == own:
        return ""
    return say("told with the line at {line}; the run's own is {own}", line=line, own=own)


def _learnt(answers: Answers) -> Slide:
    kinds, started = answers.tested.known, answers.started
    told = ""
    if started is not None:
        done = answers.run.log.passes() or started.epochs
        passes = say("once") if done == 1 else say("{times} times each", times=short(done))
        told = say(
            "It learnt from {examples}, seen {passes}.",
            examples=counted(started.train, "example"),
            passes=passes,
        )
        if started.teachers:
            told += say(" A larger model was its teacher.")
    clouds = [
        (plain(kinds[answers.tested.labels[i]]), answers.points(i)) for i in answers.each_kind
    ]
    shown = tuple((name, points) for name, points in clouds if points is not None)
    more = len(kinds) - MOST_KINDS
    if more > 0:
        told += say(" Here are {most_kinds} of them.", most_kinds=MOST_KINDS)
    names = [plain(kind) for kind in kinds[:MOST_KINDS]]
    headline = say("It was taught {kinds} of things.", kinds=counted(len(kinds), "kind"))
    picture: Picture = Things(shown) if shown else _named_only(names)
    return Slide(
        say("What it learnt"), headline, told or say("How it learnt was not kept."), picture
    )


def _named_only(names: list[str]) -> Bars:
    """The kinds without pictures: their clouds are gone from this computer."""
    return Bars(tuple(Row(name, None, "", place) for place, name in enumerate(names)))


def _right(answers: Answers) -> Slide:
    counts, share = answers.counts, answers.results["acc_closed"]
    tested, right = counts["n_closed"], counts["correct_closed"]
    told = say("Nothing known was left over to test it on.")
    if tested:
        told = say(
            "It was tested on {things} that it had never seen; {right:,} were named right.",
            things=counted(tested, "thing"),
            right=right,
        )
    values = np.asarray(answers.run.log.values("validation/accuracy"), dtype=np.float64)
    picture: Picture = Hundred(
        ((share if tested else None, say("known things named right"), False),)
    )
    if len(values) > 1:
        told += say(
            " The picture shows how it got there: {first} of 100 after the first pass, {last} "
            "after the last, on others held back from learning.",
            first=hundred(values[0]),
            last=hundred(values[-1]),
        )
        picture = Course(values, say("at the end"))
    headline = say(
        "It names {hundred} of 100 things it was taught.",
        hundred=hundred(share if tested else None),
    )
    return Slide(say("How right it is"), headline, told, picture)


def _named(answers: Answers) -> Slide | None:
    sample = answers.named_right
    if sample is None:
        return None
    verdict = answers.verdict(sample)
    label = int(answers.tested.labels[sample])
    said = say("“This is {one}.”", one=one(verdict.kind))
    return Slide(
        say("One it knows"),
        say("This is {one}.\nIt says so.", one=one(verdict.kind)),
        say(
            "It never saw this one before. {sure}: over the line, so it gives it a name.",
            sure=_sure(answers, verdict),
        ),
        _thing(answers, sample, verdict, label, said),
        _measure(answers, sample, verdict),
    )


def _stranger(answers: Answers) -> Slide | None:
    sample = answers.turned_away
    if sample is None:
        return _let_in(answers)
    verdict = answers.verdict(sample)
    return Slide(
        say("A stranger arrives"),
        say("This is {one}.\nIt was never taught one.", one=one(verdict.kind)),
        _why_not(answers, verdict),
        _thing(answers, sample, verdict, "unknown", say("“I do not know this.”")),
        _measure(answers, sample, verdict),
    )


def _let_in(answers: Answers) -> Slide | None:
    """Where no stranger is turned away one that is let in is shown instead: that is how it is."""
    sample = answers.let_in
    if sample is None:
        return None
    verdict = answers.verdict(sample)
    said = say("“This is {one}.”", one=one(verdict.said or ""))
    return Slide(
        say("A stranger arrives"),
        say("This is {one}.\nIt is fooled.", one=one(verdict.kind)),
        say(
            "It was never taught one, and in this test it turned no stranger away. {sure}.",
            sure=_sure(answers, verdict),
        ),
        _thing(answers, sample, verdict, "unknown", said),
        _measure(answers, sample, verdict),
    )


def _trade(answers: Answers) -> Slide:
    points, scale = answers.counted.points, answers.counted.scale
    away, right = 1 - points.let_in, points.right
    results = answers.results
    told = say(
        "At {line} it names {known} of 100 known things right and turns away {strangers} of 100 "
        "strangers.",
        line=_value(answers, answers.threshold),
        known=hundred(results["acc_closed"]),
        strangers=hundred(results["acc_open"]),
    )
    enough = np.flatnonzero((away >= _WISH) & np.isfinite(right))
    if enough.size and results["acc_open"] < _WISH:
        best = int(enough[np.argmax(right[enough])])
        told += say(
            " To turn away {away} it could name only {named}.",
            away=hundred(away[best]),
            named=hundred(right[best]),
        )
    at = float(np.clip(scale.shares(answers.threshold), 0, 1))
    words = say("the line, {value}", value=_value(answers, answers.threshold))
    picture = Trade(right, away, at, words)
    return Slide(say("The line"), say("One line decides how careful it is."), told, picture)


def _figures(answers: Answers) -> Slide:
    results, counts = answers.results, answers.counts
    known = results["acc_closed"] if counts["n_closed"] else None
    told = say(
        "Tested on {things} and {strangers}.{spread}",
        things=counted(counts["n_closed"], "known thing"),
        strangers=counted(counts["n_open"], "stranger"),
        spread=_spread(answers),
    )
    parts = (
        (known, say("known, kept and right"), False),
        (results["acc_open"], say("strangers turned away"), True),
    )
    headline = say(
        "{known} of 100 known right, {strangers} strangers turned away.",
        known=hundred(known),
        strangers=hundred(results["acc_open"]),
    )
    return Slide(say("The two figures"), headline, told, Hundred(parts))


def _spread(answers: Answers) -> str:
    """How far another test might be from this one, where that was computed."""
    intervals = answers.results.get("intervals", {})
    if not {"acc_closed", "acc_open"} <= set(intervals):
        return ""
    known, strange = (
        say(" to ").join(hundred(end) for end in intervals[key])
        for key in ("acc_closed", "acc_open")
    )
    return say(
        " With others of the same sort one would expect {known} and {strange}.",
        known=known,
        strange=strange,
    )


# --- one thing ---


def _thing(answers: Answers, sample: int, verdict: Verdict, color: str | int, said: str) -> Picture:
    points: Floats | None = answers.points(sample)
    if points is None:
        return None
    return Thing(points, verdict.name, color, said, verdict.said is None, verdict.right)


def _sure(answers: Answers, verdict: Verdict) -> str:
    if answers.counted.scale.probability:
        return say("It is {hundred} % sure", hundred=hundred(verdict.confidence))
    return say("Its {rated} decides", rated=verdict.rated or say("score"))


def _why_not(answers: Answers, verdict: Verdict) -> str:
    closest = one(verdict.top[0].kind)
    learnt = say("It learnt {kinds}", kinds=counted(len(answers.tested.known), "kind"))
    sure = hundred(verdict.top[0].probability)
    if verdict.outvoted:
        return say(
            "{learnt}. The closest is {closest}, {sure} % sure, but “stranger” was likelier still.",
            learnt=learnt,
            closest=closest,
            sure=sure,
        )
    if answers.counted.scale.probability:
        return say(
            "{learnt}. The closest it can find is {closest}, and it is only {sure} % sure. That is "
            "under the line, so it says so.",
            learnt=learnt,
            closest=closest,
            sure=sure,
        )
    return say(
        "{learnt}. The closest it can find is {closest}. Its {rated} is under the line, so it says so.",
        learnt=learnt,
        closest=closest,
        rated=verdict.rated,
    )


def _measure(answers: Answers, sample: int, verdict: Verdict) -> Bars | Way:
    """The three likeliest kinds with the line across; where the line is on another scale, the place on that."""
    scale = answers.counted.scale
    words = say("the line, {value}", value=_value(answers, answers.threshold))
    if scale.probability:
        rows = [
            Row(
                plain(guess.kind), guess.probability, f"{hundred(guess.probability)} %", guess.label
            )
            for guess in verdict.top
        ]
        return Bars(tuple(rows), answers.threshold, words)
    value = float(answers.swept.values[sample])
    place, line = (float(np.clip(scale.shares(x), 0, 1)) for x in (value, answers.threshold))
    name = say("the {kind}, {value}", kind=plain(verdict.kind), value=scale.say(value))
    return Way(place, name, line, words, verdict.stranger)


def _value(answers: Answers, value: float) -> str:
    scale = answers.counted.scale
    return f"{hundred(value)} %" if scale.probability else scale.say(value)
