"""Where the built program begins. `PROGRAM -m MODULE …` does what python would: that is how its engine is started."""

import multiprocessing
import runpy
import sys

from workbench.__main__ import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    if sys.argv[1:2] == ["-m"]:
        del sys.argv[:2]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        sys.exit(main())
