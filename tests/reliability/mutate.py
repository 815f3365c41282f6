"""Change sources one small thing at a time and see whether tests notice: `python -m tests.reliability.mutate atomic`.

Only run by hand: it works on a copy of the sources, takes minutes, and tells which changes no test noticed.
"""

import argparse
import ast
import importlib
import os
import random
import resource
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest

ROOT = Path(__file__).parents[2]
LIBRARIES = (
    "torch",
    "numpy",
    "scipy.optimize",
    "h5py",
    "pydantic",
    "filelock",
    "safetensors.torch",
)
_SECONDS = 120  # of a processor, for all tests of a target
# The sources, and the tests that are to notice.
_SMALL = "test_that_a_small_file_is_whole_or_as_it_was_when_the_disk_is_full"
TARGETS = {
    "atomic": (
        ["engine/atomic.py"],
        ["tests/engine/test_atomic.py", f"tests/reliability/test_out_of_room.py::{_SMALL}"],
    ),
    "store": (["engine/store.py"], ["tests/engine/test_store.py"]),
    "scores": (
        sorted(str(path.relative_to(ROOT)) for path in (ROOT / "engine/scores").glob("*.py")),
        ["tests/engine/test_score_formulas.py", "tests/engine/test_scores.py", "tests/engine/test_scoring.py"],
    ),
}  # fmt: skip
_COMPARED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
             ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}  # fmt: skip
_COUNTED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
            ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.MatMult: ast.Mult}  # fmt: skip


def places(source: str) -> list[tuple[int, int]]:
    """Every change that can be made: which node, and which of its two ways."""
    found = []
    for way in range(2):
        nodes = list(ast.walk(ast.parse(source)))
        found += [(number, way) for number, node in enumerate(nodes) if _change(node, way)]
    return found


def mutant(source: str, number: int, way: int) -> tuple[int, str, str]:
    """Line, what was changed, and the whole source with it."""
    tree = ast.parse(source)
    node = list(ast.walk(tree))[number]
    words = _change(node, way)
    return getattr(node, "lineno", 0), words, ast.unparse(ast.fix_missing_locations(tree))


def _change(node: ast.AST, way: int) -> str:
    """Make one change to a node; '' when there is none of this number."""
    match node:
        case ast.Compare(ops=[op]) if way == 0 and type(op) in _COMPARED:
            node.ops = [_COMPARED[type(op)]()]
            return f"{type(op).__name__} is {type(node.ops[0]).__name__}"
        case ast.BinOp(op=op) if way == 0 and type(op) in _COUNTED:
            node.op = _COUNTED[type(op)]()
            return f"{type(op).__name__} is {type(node.op).__name__}"
        case ast.BoolOp(op=op) if way == 0:
            node.op = ast.Or() if isinstance(op, ast.And) else ast.And()
            return "and for or"
        case ast.UnaryOp(op=ast.Not() | ast.USub()) if way == 0:
            node.op = ast.UAdd() if isinstance(node.op, ast.USub) else ast.Not()
            if isinstance(node.op, ast.Not):
                node.operand = ast.UnaryOp(ast.Not(), node.operand)
            return "a sign is gone"
        case ast.Constant(value=bool(value)) if way == 0:
            node.value = not value
            return f"{value} is {not value}"
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            node.value = value + 1 if way == 0 else -value if value else 2
            return f"{value} is {node.value}"
        case ast.Expr(value=ast.Call()) if way == 0:
            node.value = ast.Constant(None)
            return "a call is gone"
        case ast.Return(value=ast.expr()) if way == 0 and not isinstance(node.value, ast.Constant):
            node.value = ast.Constant(None)
            return "nothing is returned"
        case ast.If() | ast.IfExp() if way == 0:
            node.test = ast.UnaryOp(ast.Not(), node.test)
            return "the other way round"
    return ""


def main() -> int:
    """Try all changes, or a sample of them, and tell the share that was noticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--most", type=int, default=10**6, help="try only so many")
    parser.add_argument("--seed", type=int, default=0, help="of the draw")
    options = parser.parse_args()
    files, tests = TARGETS[options.target]
    every = [(file, *one) for file in files for one in places((ROOT / file).read_text())]
    random.Random(options.seed).shuffle(every)
    every = every[: options.most]
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.dont_write_bytecode = True  # two changes in one second may be of one length
    copied = Path(tempfile.mkdtemp()) / "copy"
    shutil.copytree(ROOT, copied, ignore=shutil.ignore_patterns(".git", ".venv"))
    if _passes(copied, tests) is False:
        print(f"The tests fail without any change, in {copied}.")
        return 1
    noticed = []
    try:
        for file, number, way in every:
            whole = (copied / file).read_text()
            line, words, source = mutant(whole, number, way)
            (copied / file).write_text(source)
            noticed.append(not _passes(copied, tests))
            (copied / file).write_text(whole)
            if not noticed[-1]:
                print(f"not noticed: {file}:{line}: {words}", flush=True)
    except KeyboardInterrupt:
        print("Stopped early.")
    killed, tried = sum(noticed), len(noticed)
    print(
        f"{options.target}: {killed} of {tried} changes were noticed, {killed / max(1, tried):.1%}"
    )
    return 0


def _passes(folder: Path, tests: list[str]) -> bool:
    """Whether all tests pass in a fork, which need not load the libraries again."""
    child = os.fork()
    if not child:
        _test(folder, tests)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _test(folder: Path, tests: list[str]) -> NoReturn:
    """Run the tests of this folder, silently, and end this process with their verdict."""
    # What never ends is ended; waiting for a processor is not counted, and a test that sleeps for ever times out.
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(silence, stream)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]
    # A busy machine must not pass for a test that has noticed something.
    hypothesis.settings.register_profile("mutants", deadline=None, max_examples=20)
    hypothesis.settings.load_profile("mutants")
    os._exit(pytest.main(["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", *tests]))


if __name__ == "__main__":
    for library in LIBRARIES:
        importlib.import_module(library)
    sys.exit(main())
