"""Commands that train: one run, one that waited, a teacher of pictures, many runs of a sweep."""

from pathlib import Path

from engine.commands.judging import write_report_of
from engine.commands.options import Commands, Options, add, add_changes, add_folder, changes
from engine.control import Control, Wish
from engine.events import Event, Failed, Finished
from engine.experiment import load
from engine.jobs import Job
from engine.terminal import News, follow, on_interrupt
from engine.words import say


def add_run(commands: Commands) -> None:
    """`run`."""
    words = say("Train what a file says, and write a report about it if asked to.")
    sub = add(commands, "run", run, words)
    sub.add_argument("file", type=Path, help=say("an experiment in TOML"))
    add_changes(sub)
    add_folder(sub, words=say("the folder for run folders"))
    sub.add_argument(
        "--processes", type=int, metavar="N", help=say("so many processes share every batch")
    )
    sub.add_argument(
        "--report", type=Path, metavar="FILE", help=say("write an HTML report when the run is done")
    )


def run(options: Options) -> int:
    """Train what a file says, and write a report about it if asked to."""
    told = changes(options.set)
    if options.processes:
        told["training.processes"] = options.processes
    experiment = load(options.file, told)
    last = follow(Job(do="train", experiment=experiment, runs=options.out))
    if options.report is not None and isinstance(last, Finished) and last.results:
        write_report_of([last.run], options.report, options.out)
    return _code(last)


def add_resume(commands: Commands) -> None:
    """`resume`."""
    words = say("Go on with a run that was paused, interrupted or finished early.")
    sub = add(commands, "resume", resume, words)
    sub.add_argument("run", type=Path, help=say("a run folder, or a run's id"))
    add_folder(sub)


def resume(options: Options) -> int:
    """Go on with a run that was paused, interrupted or finished early."""
    return _code(follow(Job(do="resume", run=options.run, runs=options.out)))


def add_image_teacher(commands: Commands) -> None:
    """`image-teacher`."""
    words = say("Train the built-in image teacher, or go on with it.")
    add_changes(add(commands, "image-teacher", image_teacher, words))


def image_teacher(options: Options) -> int:
    """Train the built-in image teacher, or go on with it."""
    values = changes(options.set)
    stopping = say("Stopping: what was learnt so far is saved; call it again to go on.")
    return _code(follow(Job(do="teach_pictures", image_teacher=values), stopping))


def add_sweep(commands: Commands) -> None:
    """`sweep`."""
    words = say("Train all runs of a sweep file and write their table; more workers may --join.")
    sub = add(commands, "sweep", sweep, words)
    sub.add_argument("file", type=Path, help=say("a sweep in TOML"))
    add_folder(sub, words=say("the folder for run folders"))
    sub.add_argument(
        "--join", action="store_true", help=say("work on a sweep that was started before")
    )
    sub.add_argument(
        "--table", action="store_true", help=say("only write the table of what is done")
    )
    add_changes(sub)


def sweep(options: Options) -> int:
    """Train all runs of a sweep file and write their table; more workers may --join."""
    from engine.places import runs_folder
    from engine.sweep.command import table, work
    from engine.sweep.plan import load_sweep

    plan = load_sweep(options.file, changes(options.set))
    out = options.out or runs_folder()
    if options.table:
        print(table(plan, out))
        return 0
    control = Control()
    on_interrupt(
        control, Wish.LEAVE, say("Leaving: what was learnt so far is saved; call it again.")
    )
    words = (News().tell, lambda text: print(text, flush=True))
    return 0 if work(plan, out, control, words, join=options.join) else 1


def _code(last: Event | None) -> int:
    return int(isinstance(last, Failed))
