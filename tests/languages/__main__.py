"""Brings resources/languages up to date with the sources: `python -m tests.languages [CODE OF A NEW LANGUAGE ...]`."""

import sys

from engine.language import languages
from engine.places import resource
from tests.languages.files import renewed
from tests.languages.gather import gather


def main() -> int:
    """Write all files, or none where the sources say what cannot be translated."""
    found, wrong = gather()
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    for code in dict.fromkeys([*languages(), *sys.argv[1:]]):
        path = resource("languages", f"{code}.ts")
        path.parent.mkdir(exist_ok=True)
        path.write_text(renewed(path, found), encoding="utf-8")
        print(f"{code}: {len(found)} texts are in {path}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
