"""What the Classroom page calls things: plain words, with the field's term beside."""

from collections.abc import Iterable, Sequence

from engine.checks import Check
from engine.words import say
from workbench.models.tints import Tint

_TEACHERS = {"laser": say("Laser"), "outlines": say("Outlines")}
_GROUPS = {
    "laser": say("Laser teacher"),
    "outlines": say("Outline teacher"),
    "free": say("Its own eyes"),
}
_GROUP_TINTS: dict[str, Tint] = {"laser": "kd", "outlines": "crd", "free": "accent"}
_FIGURES = {
    "ap": (
        say("exact (AP)"),
        say("boxes found, placed exactly (average precision over overlaps .5 to .95)"),
    ),
    "ap50": (say("found (AP50)"), say("boxes found (average precision at an overlap of a half)")),
    "recall": (say("at all (AR)"), say("true boxes found at all (average recall)")),
    "depth_error": (
        say("depth off"),
        say("how far off distances are, in parts of the distance (median)"),
    ),
    "depth_error_learnt": (
        say("off what it learnt"),
        say("the same, against the distances it was taught"),
    ),
    "depth_delta": (say("close"), say("distances less than a quarter off (δ < 1.25)")),
}
_TERMS = {
    "total": say("boxes and distances (sum of their losses)"),
    "objectness": say("is there a thing (objectness)"),
    "rpn_box": say("where, roughly (rpn_box)"),
    "box_kind": say("which kind (box_kind)"),
    "box_place": say("where, exactly (box_place)"),
    "box_depth": say("how far (box_depth)"),
    "laser": say("the laser teacher’s map"),
    "outlines": say("the outline teacher’s map"),
}
_QUESTIONS = {
    "mean_iou": say("What every pixel shows (mean IoU)"),
    "accuracy": say("The same, pixels right"),
    "depth_r2": say("How far every pixel is (R²)"),
    "depth_error": say("The same, off by"),
}
_COUNTS = "number of "
_OF_FRAMES = {f"{_COUNTS}all": say("How many in all"), "brightness": say("Brightness")}
_NETS = {"trained": say("trained"), "random": say("random"), "ablated": say("no teachers")}
_STATES = {"fine": say("fine"), "know": say("to know about"), "mend": say("to mend")}
WORSE_HIGH = ("depth_error", "depth_error_learnt")  # figures of which more is worse


def teacher_word(name: str) -> str:
    """On the switch between teachers."""
    return _TEACHERS.get(name, _plain(name))


def group_word(name: str) -> str:
    """Whom the student listens to."""
    return _GROUPS.get(name, _plain(name))


def group_tint(name: str) -> Tint:
    """The colour of a group or of its teacher."""
    return _GROUP_TINTS.get(name, "ce")


def figure_word(name: str) -> tuple[str, str]:
    """A figure of the file: a short heading, and what it means."""
    kind, _, whose = name.partition(" ")
    if kind == "r2" and whose:
        teacher = teacher_word(whose).lower()
        return (
            say("like {teacher} (R²)", teacher=teacher),
            say("how much of what the teacher “{teacher}” says is copied (R²)", teacher=teacher),
        )
    return _FIGURES.get(name, (_plain(name).lower(), name))


def term_word(name: str) -> str:
    """A loss that was attacked."""
    return _TERMS.get(name, _plain(name).lower())


def question_word(name: str) -> str:
    """What a probe was asked."""
    kind, _, what = name.partition(" of ")
    if what and kind in ("r2", "error"):
        end = say("how well (R²)") if kind == "r2" else say("off by (mean error)")
        return f"{_asked(what)}, {end}"
    return _QUESTIONS.get(name, _plain(name))


def _asked(what: str) -> str:
    """A number that a frame has."""
    if what.startswith(_COUNTS) and what not in _OF_FRAMES:
        return say("How many: {counted}", counted=what.removeprefix(_COUNTS))
    return _OF_FRAMES.get(what, _plain(what))


def net_word(name: str) -> str:
    """Whose features were probed."""
    return _NETS.get(name, _plain(name).lower())


def number(value: float | None) -> str:
    """“0.61”, or a dash for what was not measured."""
    return "–" if value is None else _signed(f"{value:.2f}")


def percent(value: float | None) -> str:
    """“61 %”, or a dash."""
    return "–" if value is None else f"{_signed(f'{100 * value:.0f}')} %"


def _signed(digits: str) -> str:
    """With a minus sign as it is printed, and none before a 0."""
    plain = digits.removeprefix("-")
    return digits.replace("-", "−") if float(plain) else plain


def greys(epsilon: float) -> str:
    """How much the picture is shaken: “2 of 255 grey levels”."""
    return say("{epsilon:g} of 255 grey levels", epsilon=epsilon)


def metres(away: float) -> str:
    """“14.8 m”; empty where the distance is not told."""
    return f"{away:.1f} m" if away == away else ""


def measured(check: Check) -> str:
    """The number of a check with its unit: “94 %”, “0.4 px”, “16 of 16”; a dash where there is none."""
    if check.value is None:
        return "–"
    digits = 0 if check.value == round(check.value) or check.value >= 20 else 1
    return f"{check.value:,.{digits}f} {check.unit}".strip()


def standing(checks: Iterable[Check]) -> str:
    """“4 fine, 1 to know about”."""
    states = [check.state for check in checks]
    parts = [
        f"{states.count(state)} {words}" for state, words in _STATES.items() if state in states
    ]
    return ", ".join(parts) if parts else say("nothing was checked")


def urgent_first(checks: Sequence[Check], most: int) -> list[Check]:
    """As many as there is room for, in their own order: what is to mend is never left out for what is fine."""
    ranks = {"mend": 0, "know": 1, "fine": 2}
    ranked = sorted(range(len(checks)), key=lambda place: (ranks[checks[place].state], place))
    return [checks[place] for place in sorted(ranked[:most])]


def _plain(name: str) -> str:
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
