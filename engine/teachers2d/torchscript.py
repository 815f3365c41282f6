"""The tensors of a TorchScript archive without running any of its code: it is a zip of a pickle and raw numbers.

The pickle may name tensors, lists and the archive's own classes, of which only the attributes are kept; anything else
is refused.
"""

import zipfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.formats.bounded import Damage, plain
from engine.teachers2d.opcodes import Name, Thing, read_data
from engine.words import say

_TYPES = {
    "FloatStorage": torch.float32, "HalfStorage": torch.float16, "DoubleStorage": torch.float64,
    "BFloat16Storage": torch.bfloat16, "LongStorage": torch.int64, "IntStorage": torch.int32,
    "ShortStorage": torch.int16, "CharStorage": torch.int8, "ByteStorage": torch.uint8, "BoolStorage": torch.bool,
}  # fmt: skip
_DEEPEST = 64


def is_torchscript(path: Path) -> bool:
    """Whether the file is such an archive; never raises."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith("/constants.pkl") for name in archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def read_torchscript(path: Path) -> dict[str, Tensor]:
    """All tensors by their dotted names. Damage when it is not whole or names what it must not."""
    with zipfile.ZipFile(path) as archive:
        found = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        if not found:
            raise Damage(say("it holds no table of weights"))
        root = min(found, key=len).removesuffix("data.pkl")
        top = _Reader(archive, root).read()
    tensors: dict[str, Tensor] = {}
    _collect(top, "", tensors, 0)
    return tensors


class _Reader:
    def __init__(self, archive: zipfile.ZipFile, root: str) -> None:
        self._archive, self._root = archive, root
        self._stores: dict[str, Tensor] = {}

    def read(self) -> Any:
        """The module whose weights the archive holds."""
        content = _stored(self._archive, self._root + "data.pkl")
        return read_data(content, _made, self._store)

    def _store(self, key: Any) -> Tensor:
        word, sort, name, _place, count = key
        dtype = _TYPES.get(sort.name) if isinstance(sort, Name) and sort.module == "torch" else None
        if word != "storage" or dtype is None:
            raise Damage(say("one of its tensors is of no known sort"))
        if name not in self._stores:
            raw = bytearray(_stored(self._archive, f"{self._root}data/{name}"))
            if len(raw) < count * dtype.itemsize:
                raise Damage(say("one of its tensors is cut off"))
            whole = torch.frombuffer(raw, dtype=dtype, count=count) if count else torch.empty(0)
            self._stores[name] = whole
        return self._stores[name]


def _made(name: Name, parts: tuple[Any, ...]) -> Any:
    """What a name gives: a tensor, a list, a table, or what it was given; Damage for every other name."""
    if (name.module, name.name) == ("torch._utils", "_rebuild_tensor_v2"):
        return _tensor(*parts)
    if (name.module, name.name) == ("collections", "OrderedDict"):
        return {}
    if name.module == "torch.jit._pickle" or name.name == "_rebuild_parameter":
        return parts[0]
    raise Damage(
        say(
            "it names “{module}.{name}”, which no file of weights needs",
            module=plain(name.module),
            name=plain(name.name),
        )
    )


def _stored(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part as it lies in the file; one that would unfold to more is refused."""
    if archive.getinfo(name).compress_type != zipfile.ZIP_STORED:
        raise Damage(say("its weights are packed, which those of such an archive never are"))
    return archive.read(name)


def _tensor(
    store: Tensor, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_rest: object
) -> Tensor:
    """A view of a store; torch itself refuses one that reaches beyond it."""
    return store.as_strided(tuple(size), tuple(stride), offset)


def _collect(part: object, name: str, tensors: dict[str, Tensor], depth: int) -> None:
    if depth > _DEEPEST:
        raise Damage(say("its parts lie too deep in one another"))
    if isinstance(part, Tensor):
        tensors[name.removesuffix(".")] = part
    inner = part.attributes if isinstance(part, Thing) else part
    if isinstance(inner, dict):
        for key, value in inner.items():
            _collect(value, f"{name}{key}.", tensors, depth + 1)
