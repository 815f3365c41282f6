"""Commands that read and write files: data in, streets out, all settings as JSON."""

import json
from pathlib import Path

from engine.commands.options import Commands, Options, add, add_changes, changes
from engine.control import Control
from engine.experiment import load
from engine.terminal import told
from engine.words import counted, say


def add_import(commands: Commands) -> None:
    """`import`."""
    words = say("Turn a folder of files into one prepared HDF5 file.")
    sub = add(commands, "import", import_data, words)
    sub.add_argument("source", type=Path, help=say("a folder or file"))
    sub.add_argument("destination", type=Path, help=say("the HDF5 file to write"))


def import_data(options: Options) -> int:
    """Turn a folder of files into one prepared HDF5 file."""
    from engine import registry
    from engine.datasets import write_cache
    from engine.datasets.detect import detect

    choice = detect(options.source)
    source = registry.make("dataset", choice.name, choice.settings)
    clouds = told(source.read(Control()))
    write_cache(options.destination, clouds)
    for problem in clouds.problems:
        print(say("note: {problem}", problem=problem))
    print(
        say(
            "{clouds} clouds of {kinds} kinds are in {destination}.",
            clouds=len(clouds),
            kinds=len(clouds.kinds),
            destination=options.destination,
        )
    )
    return 0


def add_export_kitti(commands: Commands) -> None:
    """`export-kitti`."""
    words = say(
        "Write the streets that an experiment learns from as files like KITTI’s, for other tools."
    )
    sub = add(commands, "export-kitti", export_kitti, words)
    sub.add_argument("file", type=Path, help=say("an experiment in TOML that learns from streets"))
    sub.add_argument("folder", type=Path, help=say("a new folder"))
    add_changes(sub)


def export_kitti(options: Options) -> int:
    """Write the streets that an experiment learns from as files like KITTI’s, for other tools."""
    from engine.datasets.drives import kitti_export, prepare_drive

    data = load(options.file, changes(options.set)).data
    drive = told(prepare_drive(data, Control()))
    kitti_export.export_kitti(drive, options.folder)
    print(
        say(
            "{frames} of “{drive}” are in {folder}.",
            frames=counted(len(drive), "frame"),
            drive=drive.title,
            folder=options.folder,
        )
    )
    return 0


def add_schema(commands: Commands) -> None:
    """`schema`."""
    add(commands, "schema", show_schema, say("The settings of everything there is, as JSON."))


def show_schema(_options: Options) -> int:
    """The settings of everything there is, as JSON."""
    from engine.jobs import whole_schema

    print(json.dumps(whole_schema(), indent=1))
    return 0
