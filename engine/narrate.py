"""Events as lines a person can read: the terminal and the window's log say the same words."""

from collections.abc import Iterator
from typing import Any

from engine.events import (
    Checkpoint,
    Event,
    Failed,
    Figure,
    Finished,
    Metric,
    Note,
    Paused,
    Phase,
    Resumed,
    Started,
)
from engine.explained import (
    FIGURES,
    MATERIAL,
    SEEN,
    aligned,
    copied,
    of_classroom,
    of_scenes,
    worded,
)
from engine.words import counted, of_100

_COPIED = "validation/r2/"
_NO_SHARES = {
    "validation/depth_metres": "depth off by {:.2f} m",
    "validation/depth_counted": "boxes whose depth was judged {:.0f}",
}


def narrate(event: Event) -> str:
    """One line (Finished: a few) for one event."""
    match event:
        case Started():
            size = f"{event.parameters:,} parameters"
            taught = f", taught by {event.teacher_parameters:,}" if event.teacher_parameters else ""
            shown = {"image_teacher": "picture", "classroom": "frame"} | MATERIAL
            train = counted(event.train, shown.get(event.recipe, "cloud"))
            return (
                f"{event.name}: {event.recipe}, {size}{taught}; {train} of "
                f"{counted(len(event.known), 'kind')}, {counted(event.epochs, 'epoch')} of "
                f"{counted(event.steps_per_epoch, 'batch')}, "
                f"on {event.device} ({counted(event.threads, 'thread')})"
            )
        case Phase():
            done = "" if event.fraction is None else f" {event.fraction:.0%}"
            return f"{event.name}{': ' + event.detail if event.detail else ''}{done}"
        case Metric():
            return f"epoch {event.epoch:.4g}: " + ", ".join(
                _metric(*item) for item in event.values.items()
            )
        case Checkpoint():
            return f"saved {event.path}" + (" (best on validation so far)" if event.best else "")
        case Figure():
            return f"wrote {event.path}"
        case Paused():
            return f"paused at batch {event.step}; everything is saved"
        case Resumed():
            return f"going on from batch {event.step}"
        case Finished():
            head = f"Run {event.run}: {event.outcome}." if event.run else ""
            return "\n".join(line for line in (head, *_results(event.results)) if line)
        case Failed():
            return f"{event.sentence}\n{event.detail}".strip()
        case Note():
            return event.text
    return f"{event.kind}"


def _metric(name: str, value: float) -> str:
    words = {
        "validation/accuracy": "known right on validation",
        "train/accuracy": "on training clouds",
        "watch/rejected": "watched strangers turned away",
        "validation/recall_1": "own picture found first",
        "validation/recall_5": "among five",
        "validation/map25": "mAP25 on validation",
        "validation/map50": "mAP50",
        "validation/recall25": "true boxes found",
        "validation/miou": "mean IoU on validation",
        "validation/points_right": "points right",
        "validation/instance_miou": "mean IoU of parts on validation",
        "validation/category_miou": "kind by kind",
        "train/points_right": "points right in training",
        "validation/ap50": "AP50 on validation",
        "validation/ap": "AP",
        "validation/recall": "true boxes among the proposals",
        "validation/depth_error": "depth off by",
        "validation/depth_error_learnt": "against what was taught",
        "validation/depth_delta": "within a quarter",
    }
    if name in words:
        return f"{words[name]} {of_100(value, 1)}%"
    if name.startswith(_COPIED):
        return f"of what the teacher “{name.removeprefix(_COPIED)}” says, copied (R²) {value:.3f}"
    return _NO_SHARES[name].format(value) if name in _NO_SHARES else f"{name} {value:.4g}"


def _results(results: dict[str, Any]) -> list[str]:
    if not results:
        return []
    if "accepted" in results:
        return _image_teacher(results)
    if aligned(results):
        return list(_aligned(results))
    if of_scenes(results):
        return list(_of_scenes(results))
    if of_classroom(results):
        return list(_of_classroom(results))
    counts = results["counts"]
    known, strangers = counts["n_closed"], counts["n_open"]
    if not known:
        return ["There was nothing known to test it on."]
    score = results.get("score", "msp")
    by = "" if score == "msp" else f" of the score “{score}”"
    lines = [
        f"Test{_tested(results)} at threshold {results['threshold']:.3g}{by}:",
        _line("known, kept and right", results["acc_closed"], counts["correct_closed"], known),
    ]
    if strangers:
        total = counts["correct_closed"] + counts["rejected_open"]
        lines.append(
            _line("strangers turned away", results["acc_open"], counts["rejected_open"], strangers)
        )
        lines.append(_line("right overall", results["acc_total"], total, known + strangers))
        spread = results.get("intervals", {})
        f_share = f"{of_100(results['f_measure'], 2)}%"
        lines.append(
            f"  balance of the two (weighted F-measure)  {f_share}{_between(spread, 'f_measure', 1)}"
        )
        if "auroc" in results:
            lines.append(
                f"  known ranked above strangers (AUROC)     {results['auroc']:.3f}{_between(spread, 'auroc')}, "
                f"OSCR {results['oscr']:.3f}{_between(spread, 'oscr')}"
            )
    lines.append(
        f"  known right without a threshold          {of_100(results['acc_known_no_threshold'], 2)}%"
    )
    return lines


def _between(spread: dict[str, Any], name: str, digits: int | None = None) -> str:
    """A 95 % interval in brackets; nothing where none was measured."""
    ends = spread.get(name) or ()
    told = [f"{end:.3f}" if digits is None else of_100(end, digits) for end in ends if end == end]
    return f" [{' to '.join(told)}]" if len(told) == 2 else ""


def _image_teacher(card: dict[str, Any]) -> list[str]:
    right = ", ".join(f"{slot} {of_100(share, 1)}%" for slot, share in card["accuracy"].items())
    verdict = "accepted" if card["accepted"] else "not accepted: it errs too often to teach"
    return [
        f"Image teacher after {card['steps']} batches, {card['seconds']:.0f} seconds: {verdict}.",
        f"  right words for {card['held_out']} pictures of shapes it has never seen: {right}",
    ]


def _aligned(results: dict[str, Any]) -> Iterator[str]:
    yield f"Test{_tested(results)} on {counted(results['pairs'], 'pair')}:"
    if "r2" in results:
        yield f"  {'of what the teacher says, explained (R²)':<40} {results['r2']:.3f}"
        yield f"  {'likeness to what it says (cosine)':<40} {results['likeness']:.3f}"
    if "recall_1" in results:
        first, five, among = (results[key] for key in ("recall_1", "recall_5", "among"))
        words = f"own picture found first of {among:.0f}"
        yield f"  {words:<40} {of_100(first, 2)}%, among the first five {of_100(five, 2)}%"
    for name, share in results.get("words", {}).items():
        yield f"  {worded(name):<40} {of_100(share, 2)}%"
    if "reconstruction" in results:
        yield f"  {'loss of hidden patches (chamfer)':<40} {results['reconstruction']:.5f}"


def _of_scenes(results: dict[str, Any]) -> Iterator[str]:
    yield f"Test{_tested(results)} on {counted(results['scenes'], MATERIAL[results['task']])}:"
    for name, words in FIGURES.items():
        if name in results:
            yield f"  {words:<46} {of_100(results[name], 2)}%"
    if "map25_official" in results:
        also = "as published code averages (mAP25, mAP50)"
        yield f"  {also:<46} {of_100(results['map25_official'], 2)}%, {of_100(results['map50_official'], 2)}%"


def _of_classroom(results: dict[str, Any]) -> Iterator[str]:
    yield f"Test{_tested(results)} on {counted(results['frames'], 'frame')}:"
    for name, words in SEEN.items():
        if name in results:
            yield f"  {words:<46} {results[name]:.2%}"
    for teacher, share in copied(results).items():
        words = f"of what the teacher “{teacher}” says, copied (R²)"
        yield f"  {words:<46} {share:.3f}"


def _line(words: str, share: float, count: int, of: int) -> str:
    return f"  {words:<40} {of_100(share, 2)}%  ({count} of {of})"


def _tested(results: dict[str, Any]) -> str:
    """Which of the saved models was tested, where the results say so."""
    models = {"best": " of the best model on validation", "last": " of the last model"}
    return models.get(results.get("model", ""), "")
