"""Reads the data of a pickle without being able to run any: it knows how to stack numbers, words, lists and tables.

Whatever the file names stays a name; what is made of it is for a `make` to say, which knows a handful of names.
"""

import pickletools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine.formats.bounded import Damage, plain
from engine.words import say

_VALUES = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_GIVEN = {
    "BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8",
}  # fmt: skip
_SKIPPED = {"PROTO", "FRAME", "STOP"}
_SHORT = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


@dataclass(frozen=True)
class Name:
    """Something of a module that the file names."""

    module: str
    name: str


@dataclass
class Thing:
    """An object of a named class, of which only the attributes are kept."""

    of: Name
    attributes: dict[Any, Any] = field(default_factory=dict)


@dataclass
class _Machine:
    make: Callable[[Name, tuple[Any, ...]], Any]
    stored: Callable[[Any], Any]
    stack: list[Any] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)

    def do(self, code: str, given: Any) -> None:
        """One step."""
        if code in _VALUES:
            self.stack.append(_VALUES[code])
        elif code in _GIVEN:
            self.stack.append(given)
        elif code in _SHORT:
            self._tuple(self._last(_SHORT[code]))
        elif code not in _SKIPPED:
            step = getattr(self, f"_do_{code.lower()}", None)
            if step is None:
                raise Damage(
                    say("it holds “{code}”, which no file of weights needs", code=plain(code, 30))
                )
            step(given)

    def _last(self, count: int) -> list[Any]:
        if count > len(self.stack) - (self.marks[-1] if self.marks else 0):
            raise Damage(say("its table of weights is not whole"))
        taken = self.stack[len(self.stack) - count :]
        del self.stack[len(self.stack) - count :]
        return taken

    def _since_mark(self) -> list[Any]:
        taken = self.stack[self.marks[-1] :]
        del self.stack[self.marks.pop() :]
        return taken

    def _tuple(self, parts: list[Any]) -> None:
        self.stack.append(tuple(parts))

    def _do_mark(self, _given: Any) -> None:
        self.marks.append(len(self.stack))

    def _do_tuple(self, _given: Any) -> None:
        self._tuple(self._since_mark())

    def _do_empty_tuple(self, _given: Any) -> None:
        self.stack.append(())

    def _do_empty_list(self, _given: Any) -> None:
        self.stack.append([])

    def _do_empty_dict(self, _given: Any) -> None:
        self.stack.append({})

    def _do_append(self, _given: Any) -> None:
        (part,) = self._last(1)
        self.stack[-1].append(part)

    def _do_appends(self, _given: Any) -> None:
        parts = self._since_mark()
        self.stack[-1].extend(parts)

    def _do_setitem(self, _given: Any) -> None:
        key, value = self._last(2)
        self.stack[-1][key] = value

    def _do_setitems(self, _given: Any) -> None:
        parts = self._since_mark()
        self.stack[-1].update(zip(parts[::2], parts[1::2], strict=True))

    def _do_global(self, given: Any) -> None:
        module, _, name = str(given).partition(" ")
        self.stack.append(Name(module, name))

    def _do_binput(self, given: Any) -> None:
        self.memo[given] = self.stack[-1]

    _do_long_binput = _do_binput

    def _do_memoize(self, _given: Any) -> None:
        self.memo[len(self.memo)] = self.stack[-1]

    def _do_binget(self, given: Any) -> None:
        self.stack.append(self.memo[given])

    _do_long_binget = _do_binget

    def _do_binpersid(self, _given: Any) -> None:
        (key,) = self._last(1)
        self.stack.append(self.stored(key))

    def _do_newobj(self, _given: Any) -> None:
        of, _ = self._last(2)
        self.stack.append(Thing(_named(of)))

    def _do_reduce(self, _given: Any) -> None:
        of, parts = self._last(2)
        self.stack.append(self.make(_named(of), parts))

    def _do_build(self, _given: Any) -> None:
        (state,) = self._last(1)
        thing = self.stack[-1]
        if not isinstance(thing, Thing) or not isinstance(state, dict):
            raise Damage(say("one of its parts has no names"))
        thing.attributes.update(state)


def read_data(
    content: bytes, make: Callable[[Name, tuple[Any, ...]], Any], stored: Callable[[Any], Any]
) -> Any:
    """The one value a pickle holds. `make`: of a name and what it is given; `stored`: what lies elsewhere, by its key.

    Damage for every step that is not needed for weights; ValueError and its like when it is not whole.
    """
    machine = _Machine(make, stored)
    for code, given, _ in pickletools.genops(content):
        machine.do(code.name, given)
    (value,) = machine.stack
    return value


def _named(of: Any) -> Name:
    if not isinstance(of, Name):
        raise Damage(say("it makes something of no name"))
    return of
