"""The tensors of a TorchScript archive without running any of its code: it is a zip of a pickle and raw numbers.

The pickle may name tensors, lists and the archive's own classes, which all become plain holders; anything else is
refused.
"""

import io
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.formats.bounded import Damage

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
            raise Damage("it holds no table of weights")
        root = min(found, key=len).removesuffix("data.pkl")
        top = _Unpickler(archive, root).load()
    tensors: dict[str, Tensor] = {}
    _collect(top, "", tensors, 0)
    return tensors


class _Holder:
    """Stands for an object of one of the archive's own classes: only its attributes are kept."""

    def __setstate__(self, state: object) -> None:
        if not isinstance(state, dict):
            raise Damage("one of its parts has no names")
        self.__dict__.update(state)


class _Unpickler(pickle.Unpickler):
    def __init__(self, archive: zipfile.ZipFile, root: str) -> None:
        super().__init__(io.BytesIO(_stored(archive, root + "data.pkl")))
        self._archive, self._root = archive, root
        self._stores: dict[str, Tensor] = {}

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith("__torch__"):
            return _Holder
        if module == "torch" and name in _TYPES:
            return _TYPES[name]
        allowed = {
            ("torch._utils", "_rebuild_tensor_v2"): _tensor,
            ("torch._utils", "_rebuild_parameter"): lambda data, *_: data,
            ("collections", "OrderedDict"): OrderedDict,
            ("torch.jit._pickle", "restore_type_tag"): lambda value, _type: value,
        }
        if (module, name) in allowed:
            return allowed[module, name]
        if module == "torch.jit._pickle" and name.startswith("build_"):
            return list
        raise Damage(f"it names “{module}.{name}”, which no file of weights needs")

    def persistent_load(self, key: Any) -> Tensor:
        word, dtype, name, _place, count = key
        if word != "storage" or not isinstance(dtype, torch.dtype):
            raise Damage("one of its tensors is of no known sort")
        if name not in self._stores:
            raw = bytearray(_stored(self._archive, f"{self._root}data/{name}"))
            if len(raw) < count * dtype.itemsize:
                raise Damage("one of its tensors is cut off")
            self._stores[name] = (
                torch.frombuffer(raw, dtype=dtype, count=count) if count else torch.empty(0)
            )
        return self._stores[name]


def _stored(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part as it lies in the file; one that would unfold to more is refused."""
    if archive.getinfo(name).compress_type != zipfile.ZIP_STORED:
        raise Damage("its weights are packed, which those of such an archive never are")
    return archive.read(name)


def _tensor(
    store: Tensor, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_rest: object
) -> Tensor:
    """A view of a store; torch itself refuses one that reaches beyond it."""
    return store.as_strided(tuple(size), tuple(stride), offset)


def _collect(part: object, name: str, tensors: dict[str, Tensor], depth: int) -> None:
    if depth > _DEEPEST:
        raise Damage("its parts lie too deep in one another")
    if isinstance(part, Tensor):
        tensors[name.removesuffix(".")] = part
    inner = part.__dict__ if isinstance(part, _Holder) else part
    if isinstance(inner, dict):
        for key, value in inner.items():
            _collect(value, f"{name}{key}.", tensors, depth + 1)
