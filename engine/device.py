"""Where to compute, with how many threads, in which precision."""

import os
from contextlib import AbstractContextManager, nullcontext

import torch

from engine.errors import DeviceError
from engine.experiment import Training

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def choose(training: Training) -> torch.device:
    """The device asked for, or the best there is; raises DeviceError when it is not there."""
    if training.device != "auto":
        return _checked(training.device)
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
            f"This computer has no device “{name}”. Nothing was started. Choose “auto” or “cpu”."
        )
    return device


def use_threads(training: Training) -> int:
    """Set and return the number of threads: what is asked for, else OMP_NUM_THREADS, else all cores but one."""
    usual = int(os.environ.get("OMP_NUM_THREADS") or 0) or max(1, (os.cpu_count() or 2) - 1)
    torch.set_num_threads(training.threads or usual)
    return torch.get_num_threads()


def mixed(training: Training, device: torch.device) -> AbstractContextManager[object]:
    """The autocast context of the wanted precision. Raises DeviceError for float16 anywhere but on CUDA."""
    if training.precision == "float32":
        return nullcontext()
    if training.precision == "float16" and device.type != "cuda":
        raise DeviceError(
            "float16 needs a CUDA device. Nothing was started. Choose bfloat16 or float32."
        )
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
