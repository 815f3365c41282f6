"""How well a run answers that names no kinds of clouds, in the words that lists, pages and reports share."""

from collections.abc import Mapping
from typing import Any

from engine.words import of_100

FIGURES = {
    "map25": "how well things are found and named, overlap .25 (mAP25)",
    "map50": "how well things are found and named, overlap .5 (mAP50)",
    "recall25": "true boxes found at all (recall, .25)",
    "miou": "overlap of said and true points (mIoU)",
    "instance_miou": "overlap of parts, shape by shape (mIoU)",
    "category_miou": "the same, kind by kind (mIoU)",
    "accuracy": "points right",
}
MATERIAL = {
    "detect": "room",
    "segment": "room",
    "parts": "shape",
    "laser": "street view",
}

SEEN = {
    "ap50": "boxes found and named, overlap .5 (AP50)",
    "ap": "the same, placed exactly (AP)",
    "recall": "true boxes among the proposals (recall)",
    "depth_error": "distance off by, in parts of it (median)",
    "depth_error_learnt": "the same, against the distances it was taught",
    "depth_delta": "distances within a quarter (δ < 1.25)",
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
    if of_scenes(results):
        return _found(results)
    if of_classroom(results):
        return _seen(results)
    if "r2" in results:
        return f"explains {share_of(results['r2'])} of what the picture’s teacher says"
    if "reconstruction" in results:
        return f"guesses hidden patches, error {results['reconstruction']:.4f}"
    return ""


def _found(results: Mapping[str, Any]) -> str:
    where = "what a laser hit in streets" if results["task"] == "laser" else "points of rooms"
    for name, words in (
        ("map25", "finds things in rooms, mAP {} at overlap .25"),
        ("miou", f"names {where}, mean IoU {{}}"),
        ("instance_miou", "names parts of shapes, mean IoU {}"),
    ):
        if name in results:
            return words.format(f"{of_100(results[name], 1)} %")
    return ""


def _seen(results: Mapping[str, Any]) -> str:
    told = [
        f"{words} {100 * results[name]:.1f} %"
        for name, words in (
            ("ap50", "finds things in pictures, AP50"),
            ("depth_error", "depth off by"),
        )
        if results.get(name) is not None
    ]
    return ", ".join(told)


def share_of(r2: float) -> str:
    """R² in words: “42 %”, or “next to nothing” where the mean of all answers would do as well."""
    return f"{of_100(r2)} %" if r2 >= 0.005 else "next to nothing"


def worded(name: str) -> str:
    """A figure of the words: “right/kind” is “with the right word for the kind”."""
    whose, _, slot = name.partition("/")
    if not slot:
        return "sentences word for word the teacher’s"
    return f"with {'the teacher’s' if whose == 'as_teacher' else 'the right'} word for the {slot}"
