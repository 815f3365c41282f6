"""Events as lines a person can read: the terminal and the window's log say the same words."""

from collections.abc import Callable, Iterator
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
from engine.words import counted, noun, of_100, say

OUTCOMES = {
    "done": say("done"),
    "finished early": say("finished early"),
    "discarded": say("discarded"),
}
_COPIED = "validation/r2/"
_NO_SHARES: dict[str, Callable[[float], str]] = {
    "validation/depth_metres": lambda metres: say("depth off by {metres:.2f} m", metres=metres),
    "validation/depth_counted": lambda boxes: say(
        "boxes whose depth was judged {boxes:.0f}", boxes=boxes
    ),
}


def narrate(event: Event) -> str:
    """One line (Finished: a few) for one event."""
    match event:
        case Started():
            size = say("{parameters:,} parameters", parameters=event.parameters)
            taught = (
                say(
                    ", taught by {teacher_parameters:,}",
                    teacher_parameters=event.teacher_parameters,
                )
                if event.teacher_parameters
                else ""
            )
            shown = {"image_teacher": noun("picture"), "classroom": noun("frame")} | MATERIAL
            train = counted(event.train, shown.get(event.recipe, noun("cloud")))
            return say(
                "{name}: {recipe}, {size}{taught}; {train} of {kinds}, {epochs} of {batches}, on "
                "{device} ({threads})",
                name=event.name,
                recipe=event.recipe,
                size=size,
                taught=taught,
                train=train,
                kinds=counted(len(event.known), "kind"),
                epochs=counted(event.epochs, "epoch"),
                batches=counted(event.steps_per_epoch, "batch"),
                device=event.device,
                threads=counted(event.threads, "thread"),
            )
        case Phase():
            done = "" if event.fraction is None else f" {event.fraction:.0%}"
            return f"{event.name}{': ' + event.detail if event.detail else ''}{done}"
        case Metric():
            return say("epoch {epoch:.4g}: ", epoch=event.epoch) + ", ".join(
                _metric(*item) for item in event.values.items()
            )
        case Checkpoint():
            return say("saved {path}", path=event.path) + (
                say(" (best on validation so far)") if event.best else ""
            )
        case Figure():
            return say("wrote {path}", path=event.path)
        case Paused():
            return say("paused at batch {step}; everything is saved", step=event.step)
        case Resumed():
            return say("going on from batch {step}", step=event.step)
        case Finished():
            head = (
                say("Run {run}: {outcome}.", run=event.run, outcome=OUTCOMES[event.outcome])
                if event.run
                else ""
            )
            return "\n".join(line for line in (head, *_results(event.results)) if line)
        case Failed():
            return f"{event.sentence}\n{event.detail}".strip()
        case Note():
            return event.text
    return f"{event.kind}"


def _metric(name: str, value: float) -> str:
    words = {
        "validation/accuracy": say("known right on validation"),
        "train/accuracy": say("on training clouds"),
        "watch/rejected": say("watched strangers turned away"),
        "validation/recall_1": say("own picture found first"),
        "validation/recall_5": say("among five"),
        "validation/map25": say("mAP25 on validation"),
        "validation/map50": "mAP50",
        "validation/recall25": say("true boxes found"),
        "validation/miou": say("mean IoU on validation"),
        "validation/points_right": say("points right"),
        "validation/instance_miou": say("mean IoU of parts on validation"),
        "validation/category_miou": say("kind by kind"),
        "train/points_right": say("points right in training"),
        "validation/ap50": say("AP50 on validation"),
        "validation/ap": "AP",
        "validation/recall": say("true boxes among the proposals"),
        "validation/depth_error": say("depth off by"),
        "validation/depth_error_learnt": say("against what was taught"),
        "validation/depth_delta": say("within a quarter"),
    }
    if name in words:
        return f"{words[name]} {of_100(value, 1)}%"
    if name.startswith(_COPIED):
        return say(
            "of what the teacher “{name}” says, copied (R²) {value:.3f}",
            name=name.removeprefix(_COPIED),
            value=value,
        )
    return _NO_SHARES[name](value) if name in _NO_SHARES else f"{name} {value:.4g}"


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
        return [say("There was nothing known to test it on.")]
    score = results.get("score", "msp")
    by = "" if score == "msp" else say(" of the score “{score}”", score=score)
    lines = [
        say(
            "Test{tested} at threshold {threshold:.3g}{by}:",
            tested=_tested(results),
            threshold=results["threshold"],
            by=by,
        ),
        _line(say("known, kept and right"), results["acc_closed"], counts["correct_closed"], known),
    ]
    if strangers:
        total = counts["correct_closed"] + counts["rejected_open"]
        lines.append(
            _line(
                say("strangers turned away"),
                results["acc_open"],
                counts["rejected_open"],
                strangers,
            )
        )
        lines.append(_line(say("right overall"), results["acc_total"], total, known + strangers))
        spread = results.get("intervals", {})
        f_share = f"{of_100(results['f_measure'], 2)}%"
        lines.append(
            say(
                "  balance of the two (weighted F-measure)  {f_share}{between}",
                f_share=f_share,
                between=_between(spread, "f_measure", 1),
            )
        )
        if "auroc" in results:
            lines.append(
                say(
                    "  known ranked above strangers (AUROC)     {auroc:.3f}{of_auroc}, OSCR "
                    "{oscr:.3f}{of_oscr}",
                    auroc=results["auroc"],
                    of_auroc=_between(spread, "auroc"),
                    oscr=results["oscr"],
                    of_oscr=_between(spread, "oscr"),
                )
            )
    lines.append(
        say(
            "  known right without a threshold          {acc_known_no_threshold}%",
            acc_known_no_threshold=of_100(results["acc_known_no_threshold"], 2),
        )
    )
    return lines


def _between(spread: dict[str, Any], name: str, digits: int | None = None) -> str:
    """A 95 % interval in brackets; nothing where none was measured."""
    ends = spread.get(name) or ()
    told = [f"{end:.3f}" if digits is None else of_100(end, digits) for end in ends if end == end]
    return f" [{say(' to ').join(told)}]" if len(told) == 2 else ""


def _image_teacher(card: dict[str, Any]) -> list[str]:
    right = ", ".join(f"{slot} {of_100(share, 1)}%" for slot, share in card["accuracy"].items())
    verdict = (
        say("accepted") if card["accepted"] else say("not accepted: it errs too often to teach")
    )
    return [
        say(
            "Image teacher after {steps} batches, {seconds:.0f} seconds: {verdict}.",
            steps=card["steps"],
            seconds=card["seconds"],
            verdict=verdict,
        ),
        say(
            "  right words for {held_out} pictures of shapes it has never seen: {right}",
            held_out=card["held_out"],
            right=right,
        ),
    ]


def _aligned(results: dict[str, Any]) -> Iterator[str]:
    yield say(
        "Test{tested} on {pairs}:", tested=_tested(results), pairs=counted(results["pairs"], "pair")
    )
    if "r2" in results:
        yield f"  {say('of what the teacher says, explained (R²)'):<40} {results['r2']:.3f}"
        yield f"  {say('likeness to what it says (cosine)'):<40} {results['likeness']:.3f}"
    if "recall_1" in results:
        first, five, among = (results[key] for key in ("recall_1", "recall_5", "among"))
        words = say("own picture found first of {among:.0f}", among=among)
        yield say(
            "  {words:<40} {first}%, among the first five {five}%",
            words=words,
            first=of_100(first, 2),
            five=of_100(five, 2),
        )
    for name, share in results.get("words", {}).items():
        yield f"  {worded(name):<40} {of_100(share, 2)}%"
    if "reconstruction" in results:
        yield f"  {say('loss of hidden patches (chamfer)'):<40} {results['reconstruction']:.5f}"


def _of_scenes(results: dict[str, Any]) -> Iterator[str]:
    yield say(
        "Test{tested} on {scenes}:",
        tested=_tested(results),
        scenes=counted(results["scenes"], MATERIAL[results["task"]]),
    )
    for name, words in FIGURES.items():
        if name in results:
            yield f"  {words:<46} {of_100(results[name], 2)}%"
    if "map25_official" in results:
        also = say("as published code averages (mAP25, mAP50)")
        yield f"  {also:<46} {of_100(results['map25_official'], 2)}%, {of_100(results['map50_official'], 2)}%"


def _of_classroom(results: dict[str, Any]) -> Iterator[str]:
    yield say(
        "Test{tested} on {frames}:",
        tested=_tested(results),
        frames=counted(results["frames"], "frame"),
    )
    for name, words in SEEN.items():
        if name in results:
            yield f"  {words:<46} {results[name]:.2%}"
    for teacher, share in copied(results).items():
        words = say("of what the teacher “{teacher}” says, copied (R²)", teacher=teacher)
        yield f"  {words:<46} {share:.3f}"


def _line(words: str, share: float, count: int, of: int) -> str:
    return say(
        "  {words:<40} {share}%  ({count} of {of})",
        words=words,
        share=of_100(share, 2),
        count=count,
        of=of,
    )


def _tested(results: dict[str, Any]) -> str:
    """Which of the saved models was tested, where the results say so."""
    models = {"best": say(" of the best model on validation"), "last": say(" of the last model")}
    return models.get(results.get("model", ""), "")
