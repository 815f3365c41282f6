"""What the examination of a camera student adds to the table of its sweep: pictures shaken, and linear probes."""

from pathlib import Path

from engine import classroom_answers
from engine.classroom_answers import ClassroomAnswers, read_classroom_answers
from engine.words import say

TITLES = {
    **{
        f"shaken_{grey}": say("AP50 of frames shaken by {grey} of 255", grey=grey)
        for grey in (1, 2, 4, 8)
    },
    "probe_classes": say("linear probe: mean IoU of classes"),
    "probe_depth": say("linear probe: R² of distance"),
    "probe_classes_untaught": say("the same net untaught: mean IoU"),
    "probe_depth_untaught": say("the same net untaught: R²"),
}
_PROBES = {"probe_classes": "mean_iou", "probe_depth": "depth_r2"}
_NETS = {"": "trained", "_untaught": "random"}


def examined(run: Path) -> dict[str, float]:
    """Figures by the keys of TITLES; none of a run without an examination."""
    if not (run / classroom_answers.NAME).exists():
        return {}
    answers = read_classroom_answers(run)
    found = {**_shaken(answers), **_probed(answers)}
    return {name: value for name, value in found.items() if value is not None}


def _shaken(answers: ClassroomAnswers) -> dict[str, float | None]:
    robust = answers.robustness
    values = robust.terms.get("total", {}).get("ap50", ())
    told = zip(robust.epsilons, values, strict=False)
    return {f"shaken_{epsilon:g}": value for epsilon, value in told if epsilon}


def _probed(answers: ClassroomAnswers) -> dict[str, float | None]:
    return {
        name + whose: answers.probes[net]["all"][question]["value"]
        for whose, net in _NETS.items()
        for name, question in _PROBES.items()
        if question in answers.probes.get(net, {}).get("all", {})
    }
