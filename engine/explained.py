"""How well a run answers that names no kinds of clouds, in the words that lists, pages and reports share."""

from collections.abc import Mapping
from typing import Any

from engine.words import noun, of_100, say

FIGURES = {
    "map25": say("how well things are found and named, overlap .25 (mAP25)"),
    "map50": say("how well things are found and named, overlap .5 (mAP50)"),
    "recall25": say("true boxes found at all (recall, .25)"),
    "miou": say("overlap of said and true points (mIoU)"),
    "instance_miou": say("overlap of parts, shape by shape (mIoU)"),
    "category_miou": say("the same, kind by kind (mIoU)"),
    "accuracy": say("points right"),
}
MATERIAL = {
    "detect": noun("room"),
    "segment": noun("room"),
    "parts": noun("shape"),
    "laser": noun("street view"),
}

SEEN = {
    "ap50": say("boxes found and named, overlap .5 (AP50)"),
    "ap": say("the same, placed exactly (AP)"),
    "recall": say("true boxes among the proposals (recall)"),
    "depth_error": say("distance off by, in parts of it (median)"),
    "depth_error_learnt": say("the same, against the distances it was taught"),
    "depth_delta": say("distances within a quarter (δ < 1.25)"),
}
_COPIED = "r2/"
_DISTANCES = ("depth_error", "depth_metres", "depth_delta", "depth_counted")


def aligned(results: Mapping[str, Any]) -> bool:
    """Whether these are results of a run that learnt from pictures: pairs were tested, no kinds were named."""
    return "pairs" in results


def of_scenes(results: Mapping[str, Any]) -> bool:
    """Whether these are results of a run that found things in rooms, or named points of rooms, streets or shapes."""
    return results.get("task") in MATERIAL


def of_classroom(results: Mapping[str, Any]) -> bool:
    """Whether these are results of a camera student, which was taught by a laser and by outlines, or by neither."""
    return results.get("task") == "classroom"


def copied(results: Mapping[str, Any]) -> dict[str, float]:
    """How much of what each teacher says a camera student copies (R²), by teacher."""
    return {key.removeprefix(_COPIED): results[key] for key in results if key.startswith(_COPIED)}


def by_truth(results: dict[str, Any]) -> dict[str, Any]:
    """Results without the errors of distances that were measured against the distances learnt, as once all were: such
    results lack `depth_error_learnt`, and nobody may compare them with errors against the truth."""
    if not of_classroom(results) or "depth_error_learnt" in results:
        return results
    return {key: value for key, value in results.items() if key not in _DISTANCES}


def explained(results: Mapping[str, Any]) -> str:
    """“explains 42 % of what the picture’s teacher says”; empty where nothing was measured."""
    return _told(results)[0]


def sentence(results: Mapping[str, Any]) -> str:
    """“It explains 42 % of what the picture’s teacher says.”"""
    return _told(results)[1] or say("It found nothing to be measured by.")


def _told(results: Mapping[str, Any]) -> tuple[str, str]:
    """What it does, to stand behind a name, and as a sentence: few languages say both alike."""
    if of_scenes(results):
        return _found(results)
    if of_classroom(results):
        return _seen(results)
    if "r2" in results:
        share = share_of(results["r2"])
        return (
            say("explains {share} of what the picture’s teacher says", share=share),
            say("It explains {share} of what the picture’s teacher says.", share=share),
        )
    if "reconstruction" in results:
        error = results["reconstruction"]
        return (
            say("guesses hidden patches, error {error:.4f}", error=error),
            say("It guesses hidden patches, error {error:.4f}.", error=error),
        )
    return "", ""


def _found(results: Mapping[str, Any]) -> tuple[str, str]:
    if "map25" in results:
        share = of_100(results["map25"], 1)
        return (
            say("finds things in rooms, mAP {share} % at overlap .25", share=share),
            say("It finds things in rooms, mAP {share} % at overlap .25.", share=share),
        )
    if "miou" in results:
        share = of_100(results["miou"], 1)
        if results["task"] == "laser":
            return (
                say("names what a laser hit in streets, mean IoU {share} %", share=share),
                say("It names what a laser hit in streets, mean IoU {share} %.", share=share),
            )
        return (
            say("names points of rooms, mean IoU {share} %", share=share),
            say("It names points of rooms, mean IoU {share} %.", share=share),
        )
    if "instance_miou" in results:
        share = of_100(results["instance_miou"], 1)
        return (
            say("names parts of shapes, mean IoU {share} %", share=share),
            say("It names parts of shapes, mean IoU {share} %.", share=share),
        )
    return "", ""


def _seen(results: Mapping[str, Any]) -> tuple[str, str]:
    found, off = (
        None if results.get(name) is None else of_100(results[name], 1)
        for name in ("ap50", "depth_error")
    )
    if found is not None and off is not None:
        return (
            say(
                "finds things in pictures, AP50 {found} %, depth off by {off} %",
                found=found,
                off=off,
            ),
            say(
                "It finds things in pictures, AP50 {found} %, depth off by {off} %.",
                found=found,
                off=off,
            ),
        )
    if found is not None:
        return (
            say("finds things in pictures, AP50 {found} %", found=found),
            say("It finds things in pictures, AP50 {found} %.", found=found),
        )
    if off is not None:
        return say("depth off by {off} %", off=off), say("Its depth is off by {off} %.", off=off)
    return "", ""


def share_of(r2: float) -> str:
    """R² in words: “42 %”, or “next to nothing” where the mean of all answers would do as well."""
    return f"{of_100(r2)} %" if r2 >= 0.005 else say("next to nothing")


def worded(name: str) -> str:
    """A figure of the words: “right/kind” is “with the right word for the kind”."""
    whose, _, slot = name.partition("/")
    if not slot:
        return say("sentences word for word the teacher’s")
    return say(
        "with {whose} word for the {slot}",
        whose=say("the teacher’s") if whose == "as_teacher" else say("the right"),
        slot=slot,
    )
