"""What Set-up says in sentences: what the run will do, and why it cannot start."""

from collections.abc import Sequence

from engine.experiment import Experiment, OpenSet
from engine.words import counted, say
from workbench.models.cast import Cast
from workbench.models.mix import Lesson
from workbench.models.recipes import Recipe

_NUMBERS = [
    say("no"),
    say("one"),
    say("two"),
    say("three"),
    say("four"),
    say("five"),
    say("six"),
    say("seven"),
    say("eight"),
    say("nine"),
    say("ten"),
]
_PAIRS_END = say(
    "It names no kinds and turns nobody away. Concepts shows what it has learnt; “Fine-tune” can start "
    "there."
)
_NAMES = {"scenes": say("rooms"), "parts": say("shapes"), "drives": say("views of streets")}


def plain_words(
    draft: Experiment,
    recipe: Recipe | None,
    lessons: Sequence[Lesson],
    cast: Cast,
    title: str,
    start: str = "",
) -> str:
    """What this run will do, for somebody who reads it aloud. start: what its net has learnt before."""
    if recipe is None:
        return say("The engine is getting ready; its recipes appear in a moment.")
    passes = draft.training.epochs
    times = say("once") if passes == 1 else say("{times} over", times=counted(passes, "time"))
    parts = [recipe.words]
    if recipe.apart:
        parts.append(say("It sees “{title}”, {times}.", title=title, times=times))
    elif cast.known:
        kinds = in_words(len(cast.known))
        parts.append(
            say(
                "It sees {kinds} kinds of objects from {title}, {times}.",
                kinds=kinds,
                title=title,
                times=times,
            )
        )
    parts += [cast.words] if cast.words and not recipe.apart else []
    if start:
        parts.append(say("It starts from what “{start}” has learnt.", start=start))
    elif recipe.starts and not recipe.pairs:
        parts.append(say("Nothing is chosen under “Starts from” yet, so it begins from scratch."))
    parts += _silent([item.word for item in lessons if item.weight == 0])
    if recipe.pairs:
        parts.append(_PAIRS_END)
    elif recipe.apart:
        parts.append(
            say(
                "What it says of the test’s {material} is kept, to be looked at beside the truth.",
                material=_NAMES[recipe.material],
            )
        )
    else:
        parts.append(
            say("{when_none} it answers “none of these”.", when_none=_when_none(draft.open_set))
        )
    return " ".join(parts)


def _silent(words: Sequence[str]) -> list[str]:
    """Lessons of weight 0, in one sentence."""
    quoted = [f"“{word}”" for word in words]
    if len(quoted) < 2:
        return [say("{word} counts for nothing.", word=word) for word in quoted]
    return [
        say(
            "{others} and {last} count for nothing.",
            others=", ".join(quoted[:-1]),
            last=quoted[-1],
        )
    ]


def _when_none(options: OpenSet) -> str:
    """When a thing is turned away, as far as that is known before the run."""
    score = options.score.name
    by = "" if score == "msp" else say(", by a score that validation picks")
    by = by if score in ("msp", "auto") else say(", by the score “{score}”", score=score)
    return {
        "fixed": say("When it is less than {threshold:.0%} sure,", threshold=options.threshold),
        "recall": say(
            "Where validation keeps {recall:.0%} of the known{by}, is its limit; below",
            recall=options.recall,
            by=by,
        ),
        "youden": say(
            "Where validation best tells known from mixtures{by}, is its limit; below", by=by
        ),
        "cost": say("Where errors on validation cost least{by}, is its limit; below", by=by),
    }[options.rule]


def in_words(number: int) -> str:
    """Small numbers as words."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def obstacle(
    recipe: Recipe | None,
    lessons: Sequence[Lesson],
    cast: Cast,
    teachers: int,
    going_on: str,
    pictures: str = "",
) -> str:
    """Why the run cannot start now and what to do about it; empty when it can. pictures: what is amiss with pairs or
    their teacher."""
    if recipe is None:
        return say("The engine is still getting ready. This takes a few seconds.")
    if going_on:
        return say(
            "“{going_on}” is still going on. Let it end or finish it on Training, then start this one.",
            going_on=going_on,
        )
    if recipe.apart and pictures:
        return pictures
    if cast.problem and not recipe.apart:
        return cast.problem
    if not cast.known and not recipe.apart:
        return say("No data is open yet. Open a data set on the Data page.")
    if not any(item.weight > 0 for item in lessons):
        return say(
            "Every lesson has weight 0, so there is nothing to learn from. Move one slider up."
        )
    if recipe.needs_teacher and not teachers:
        return say(
            "There is no finished teacher of these kinds yet. Train one first; this draft is kept "
            "until it is done."
        )
    return ""
