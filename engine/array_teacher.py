"""A teacher that is a folder of arrays, whatever made them: what it says of every pixel, frame by frame."""

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.drives import Frame
from engine.errors import ConfigError, FormatError
from engine.events import Event
from engine.formats.bounded import plain
from engine.tasks.task import Gate
from engine.teaching_maps import FeatureMap
from engine.voices import Voice, voice_of_maps
from engine.words import say

_LARGEST = 60_000.0  # what is kept of a map has 16 bits a number


def voice_of_folder(
    name: str, folder: Path, frames: Sequence[Frame], gate: Gate
) -> Generator[Event, None, Voice]:
    """The voice of the teacher `name`, imitated as the arrays are. ConfigError where no frame has one."""
    arrays = ArrayFolder(folder)
    if not any(arrays.file_of(frame).exists() for frame in frames):
        wanted = f"{frames[0].name}.npy" if frames else "NAME.npy"
        raise ConfigError(
            say(
                "“{folder}” holds no array for any of the training frames; “{wanted}” is the first that "
                "was looked for. Nothing was started. Name the arrays after the frames, or choose "
                "another teacher.",
                folder=plain(folder.name),
                wanted=plain(wanted),
            )
        )
    return (yield from voice_of_maps(name, arrays, frames, gate, folder.name))


class ArrayFolder:
    """NAME.npy of each frame, in folders of its own where the frame's name has a slash: (C, H, W) of any float, NaN
    where nothing is said. FormatError for one that is not so; a frame without a file is told nothing about."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        first = next(iter(sorted(folder.rglob("*.npy"))), None)
        self.channels = len(self._read(first)) if first else 1

    def __call__(self, frame: Frame) -> FeatureMap:
        """The map of one frame."""
        height, width = frame.image.shape[:2]
        path = self.file_of(frame)
        if not path.exists():
            silent = np.zeros((self.channels, height, width), np.float32)
            return FeatureMap(silent, np.zeros((height, width), np.bool_))
        told = self._read(path)
        if told.shape != (self.channels, height, width):
            raise FormatError(
                say(
                    "“{path}” was not used: it holds numbers of shape {told}, and floats of shape "
                    "{wanted} are needed, as many for each pixel as in the others.",
                    path=plain(path.name),
                    told=told.shape,
                    wanted=(self.channels, height, width),
                )
            )
        valid = np.isfinite(told).all(axis=0)
        if np.abs(told[:, valid]).max(initial=0) > _LARGEST:
            raise FormatError(
                say(
                    "“{path}” was not used: some of its numbers are above {largest:,.0f}. Make them "
                    "smaller.",
                    path=plain(path.name),
                    largest=_LARGEST,
                )
            )
        return FeatureMap(np.where(valid, told, 0).astype(np.float32), valid)

    def file_of(self, frame: Frame) -> Path:
        """Where the array of a frame is looked for."""
        return self.folder / f"{frame.name}.npy"

    def _read(self, path: Path) -> NDArray[Any]:
        try:
            array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise FormatError(
                say("“{path}” could not be read ({error}).", path=plain(path.name), error=error)
            ) from None
        if array.ndim != 3 or array.dtype.kind != "f" or not len(array):
            raise FormatError(
                say(
                    "“{path}” was not used: it holds numbers of shape {array}, and floats of shape (C, "
                    "height, width) are needed.",
                    path=plain(path.name),
                    array=array.shape,
                )
            )
        return array
