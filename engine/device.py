"""Where to compute, with how many threads, in which precision."""

import ctypes
import os
from contextlib import AbstractContextManager, nullcontext, suppress

import torch

from engine.errors import DeviceError
from engine.experiment import Training
from engine.ranks.world import here
from engine.words import say

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4  # mallopt(3)
PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def choose(training: Training) -> torch.device:
    """The device asked for, or the best there is; DeviceError when it is not there or cannot do the precision."""
    device = _best() if training.device == "auto" else _checked(training.device)
    if device.type == "cuda" and here().size > 1:
        device = torch.device("cuda", here().local)
    elif here().size > 1:
        device = torch.device("cpu")  # gloo knows no other
    if training.precision == "float16" and device.type != "cuda":
        raise DeviceError(
            say("float16 needs a CUDA device. Nothing was started. Choose bfloat16 or float32.")
        )
    return device


def _best() -> torch.device:
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def _checked(name: str) -> torch.device:
    device = torch.device(name)
    there = {
        "cpu": True,
        "cuda": torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }
    if not there[device.type]:
        raise DeviceError(
            say(
                "This computer has no device “{name}”. Nothing was started. Choose “auto” or “cpu”.",
                name=name,
            )
        )
    return device


def keep_memory() -> None:
    """Let glibc keep freed memory for the next batch, which needs the same again: steps are up to 1.4x faster.

    By default every large tensor is a fresh mapping whose pages the kernel has to clear. No effect elsewhere.
    """
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        for option, value in ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, 2**31 - 1), (_TOP_PAD, 2**26)):
            libc.mallopt(option, value)


def use_threads(training: Training, before: int = 0) -> int:
    """Set and return the number of threads: what is asked for, else as many as this run had before (sums of other
    parts round differently), else OMP_NUM_THREADS, else all cores but one."""
    wished = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()  # “4,2”: nested
    usual = int(wished) if wished.isdigit() else 0
    shared = (usual or max(1, (os.cpu_count() or 2) - 1)) // here().neighbours
    torch.set_num_threads(training.threads or before or max(1, shared))
    return torch.get_num_threads()


def mixed(training: Training, device: torch.device) -> AbstractContextManager[object]:
    """The autocast context of the wanted precision."""
    if training.precision == "float32":
        return nullcontext()
    return torch.autocast(device.type, dtype=PRECISIONS[training.precision])


def seeded(device: torch.device, *numbers: int) -> torch.Generator:
    """A generator on the device whose stream is set by the numbers alone, so that nothing needs restoring."""
    return torch.Generator(device).manual_seed(mixed_seed(*numbers))


def mixed_seed(*numbers: int) -> int:
    """One 62-bit seed from several small numbers (splitmix64 steps), so that near inputs give far seeds."""
    state = 0
    for number in numbers:
        state = (state + number + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
        state ^= state >> 31
    return state >> 2
