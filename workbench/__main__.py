"""`pcd-workbench`: the window. A word that is no option goes to the engine, before Qt is imported."""

import argparse
import sys
from pathlib import Path

import engine
import workbench
from engine.words import say


def main() -> int:
    """Decide what is wanted; returns the exit code."""
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        from engine.__main__ import main as engine_main

        return engine_main() or 0
    wish = _parser().parse_args()
    stranger = _shadowed()
    if stranger:
        return _refuse(stranger)
    if wish.doctor:
        return _doctor()
    from workbench import display

    missing = display.problem()
    if missing:
        return _refuse(missing)
    from workbench.app import run

    return run(wish.engine)


def _doctor() -> int:
    """What works here, as text; Ctrl+C leaves the rehearsal out."""
    from workbench import display, doctor
    from workbench.rehearsal import Rehearsal

    families = [] if display.problem() else doctor.typefaces()
    findings, rehearsal = doctor.look(families), Rehearsal()
    print(say("A rehearsal takes a few seconds. Ctrl+C leaves it out."), file=sys.stderr)
    try:
        findings += doctor.rehearsed(rehearsal)
    except KeyboardInterrupt:
        rehearsal.cancel()
    print("\n".join(doctor.report(findings)))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("pcd-workbench", description=say("Opens the window."))
    parser.add_argument("--doctor", action="store_true", help=say("say what works on this machine"))
    parser.add_argument(
        "--engine",
        choices=("child", "thread"),
        default="child",
        help=say("where the engine computes: a process of its own, or this one"),
    )
    return parser


def _shadowed() -> str:
    """Why this cannot run, when another program's `engine` or `workbench` was found for ours."""
    ours = [Path(package.__file__ or "").resolve().parent.parent for package in (engine, workbench)]
    if ours[0] == ours[1]:
        return ""
    return say(
        "Two different programs share a name: “engine” is in {engine} and “workbench” in {workbench}. "
        "Nothing was changed. Install pcd-workbench in an environment of its own, for example with "
        "pipx.",
        engine=ours[0],
        workbench=ours[1],
    )


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
