"""Where the bundled program starts: as the window, or as Python itself would with `-m` or `-c`.

The program starts its own helpers with `sys.executable -m …`, which in a bundle is this file.
"""

import runpy
import sys

_PLAIN = ("-I", "-S", "-u")  # what a bundle is anyway


def main(arguments: list[str]) -> None:
    """Do what the command line says."""
    while arguments and arguments[0] in _PLAIN:
        arguments = arguments[1:]
    match arguments:
        case ["-m", module, *rest]:
            sys.argv = [module, *rest]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        case ["-c", code, *rest]:
            sys.argv = ["-c", *rest]
            exec(code, {"__name__": "__main__"})
        case _:
            from workbench.__main__ import main as window

            sys.exit(window())


if __name__ == "__main__":
    main(sys.argv[1:])
