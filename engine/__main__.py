"""pcd-engine: the engine without a window."""

import os

os.environ.setdefault(
    "OMP_WAIT_POLICY", "PASSIVE"
)  # before torch: spinning threads cost 10-30x on a busy machine

import argparse
import sys

from engine.commands import ADDERS
from engine.commands.options import Options
from engine.failed import failed
from engine.words import say


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns 0, or 1 after a sentence on the error stream."""
    options: Options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except BrokenPipeError:
        sys.stderr.close()
    except KeyboardInterrupt:
        print(say("Stopped as you asked. Nothing was written."), file=sys.stderr)
    except Exception as error:  # noqa: BLE001  whatever it is, a person reads a sentence
        print(failed(error).sentence, file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    words = say("pcd-engine: the engine without a window.")
    parser = argparse.ArgumentParser(prog="pcd-engine", description=words)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in ADDERS:
        add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
