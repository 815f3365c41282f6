"""A folder of your own with pictures and clouds of the same names."""

import io
import zlib
from collections.abc import Generator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import Field

from engine import registry
from engine.control import Control
from engine.datasets.found import Found, Sample, all_files, fingerprint, place
from engine.datasets.pairs.pair import UNKNOWN_K, Pair, Pairs, drawn, gathered, square
from engine.errors import FormatError
from engine.events import Event, Phase
from engine.formats import read_shape, suffixes
from engine.formats.bounded import Damage, check_pixels, content, plain
from engine.formats.refusal import refusing
from engine.formats.surface import sample_surface
from engine.words import say

PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp")
MOST_PIXELS = 100_000_000
_SMALLEST = 8


@registry.register(
    "pairs",
    "folder_pairs",
    title=say("Pictures and clouds of your own"),
    about=say("A folder in which a picture and a cloud of the same name belong together."),
)
class FolderPairs:
    """“a.jpg” and “a.ply” are a pair, wherever they lie in the folder. Their camera is not known."""

    class Settings(registry.Settings):
        """Where they are, and how large they shall be."""

        path: str = Field(min_length=1, title=say("Folder"), json_schema_extra={"place": "folder"})
        points: int = Field(4096, ge=16, le=65536, title=say("Points of a cloud"))
        side: int = Field(224, ge=16, le=1024, title=say("Side of a picture in pixels"))
        test_share: float = Field(0.2, ge=0, lt=1, title=say("Share kept for testing"))
        seed: int = Field(0, ge=0, lt=2**31, title=say("Seed"))

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        self.settings = settings

    def fingerprint(self) -> str:
        """Changes when the settings or the files change."""
        root = place(self.settings.path)
        both, _ = matched(root)
        samples = tuple(Sample(path, "") for pair in both for path in pair)
        return fingerprint(self.settings, Found(root, samples))

    def read(self, control: Control) -> Generator[Event, None, Pairs]:
        """All pairs that can be read; whatever stands alone or is damaged is in the problems."""
        root = place(self.settings.path)
        both, problems = matched(root)
        pairs = []
        for number, (picture, cloud) in enumerate(both):
            yield from control.gate()
            yield Phase(
                name=say("Reading pairs"), detail=plain(picture.stem), fraction=number / len(both)
            )
            try:
                pairs.append(self._pair(picture, cloud))
            except FormatError as error:
                problems.append(error.sentence)
        return gathered(pairs, plain(root.name, 60) or say("Pairs"), problems)

    def _pair(self, picture: Path, cloud: Path) -> Pair:
        wanted = self.settings
        rng = np.random.default_rng(
            [wanted.seed, zlib.crc32(picture.stem.encode("utf-8", "replace"))]
        )
        image, _ = square(read_picture(picture), wanted.side, UNKNOWN_K)
        return Pair(
            image=np.asarray(image, np.uint8),
            points=_cloud(cloud, wanted.points, rng),
            depth=np.zeros((wanted.side, wanted.side), np.float32),
            name=plain(picture.stem),
            train=bool(rng.random() >= wanted.test_share),
        )


def matched(root: Path) -> tuple[list[tuple[Path, Path]], list[str]]:
    """Pictures with the cloud of the same name, in order of name, and a sentence for those that stand alone."""
    known, twice = suffixes(), 0
    pictures: dict[str, Path] = {}
    clouds: dict[str, Path] = {}
    for path in all_files(root):
        sort = path.suffix.lower()
        side = pictures if sort in PICTURES else clouds if sort in known else None
        if side is not None:
            twice += path.stem in side
            side.setdefault(path.stem, path)
    both = [(pictures[stem], clouds[stem]) for stem in sorted(set(pictures) & set(clouds))]
    problems = []
    for alone, what, other in (
        (sorted(set(pictures) - set(clouds)), say("pictures have no cloud"), "cloud"),
        (sorted(set(clouds) - set(pictures)), say("clouds have no picture"), "picture"),
    ):
        if alone:
            problems.append(
                say(
                    "{count} {what} of the same name and were left out; the first is “{first}”, which "
                    "has no {other}.",
                    count=len(alone),
                    what=what,
                    first=plain(alone[0]),
                    other=other,
                )
            )
    if twice:
        problems.append(
            say("{twice} files have the name of another and were left out.", twice=twice)
        )
    return both, problems


def read_picture(path: Path) -> Image.Image:
    """A picture in RGB. FormatError when it is damaged, huge, or smaller than 8 pixels."""
    with refusing(path, "picture"):
        data = content(
            path
        )  # of a file itself Pillow reads as much at once as a part says it is long
        with Image.open(io.BytesIO(data)) as image:
            _check_size(image, len(data))
            return image.convert("RGB")


def _check_size(image: Image.Image, size: int) -> None:
    width, height = image.size
    check_pixels(width, height, size, MOST_PIXELS)
    if min(width, height) < _SMALLEST:
        raise Damage(say("it has only {width} x {height} pixels", width=width, height=height))


def _cloud(path: Path, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    shape = read_shape(path)
    with refusing(path, "cloud"):
        if shape.faces is not None and len(shape.faces):
            return sample_surface(shape.vertices, shape.faces, count, rng)[0]
        # Survey coordinates lie far from the origin: the offset goes before anything is float32.
        low, high = shape.vertices.min(axis=0), shape.vertices.max(axis=0)
        return drawn(shape.vertices - (low + high) / 2, count, rng)
