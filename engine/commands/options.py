"""What commands have in common: how one is added, and values that are changed with --set."""

import argparse
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from engine.errors import ConfigError
from engine.words import say

Options: TypeAlias = argparse.Namespace
Parser: TypeAlias = argparse.ArgumentParser
Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


def add(commands: Commands, name: str, command: Callable[[Options], int], words: str) -> Parser:
    """A command of its own, to be given options."""
    sub = commands.add_parser(name, help=words, description=words)
    sub.set_defaults(command=command)
    return sub


def add_changes(sub: Parser, words: str = "") -> None:
    """--set, any number of times."""
    words = words or say("change one value")
    sub.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help=words)


def add_folder(sub: Parser, name: str = "--out", words: str = "") -> None:
    """Where run folders are."""
    words = words or say("the folder the run folders are in")
    sub.add_argument(name, type=Path, help=words)


def changes(texts: list[str]) -> dict[str, Any]:
    """What was said with --set: by path, later ones before earlier."""
    return dict(map(_change, texts))


def _change(text: str) -> tuple[str, Any]:
    """'training.epochs=3' as path and value; a value that is no TOML is a string."""
    path, equals, value = text.partition("=")
    if not equals:
        raise ConfigError(
            say("“{text}” is not of the form key=value. Nothing was started.", text=text)
        )
    try:
        return path.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return path.strip(), value.strip()
