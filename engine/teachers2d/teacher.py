"""What every image teacher can be asked: pictures in, a prefix out, and where it has a decoder, words."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.control import Control
from engine.errors import ConfigError
from engine.events import Event
from engine.words import say


class ImageTeacher(nn.Module):
    """Frozen. Pictures are (B, 3, H, W), 0..1, of any size; each teacher prepares them as it was trained."""

    length = 10  # vectors of a prefix
    width: int  # of each of them, D
    embedding: int  # width of `embed`, E
    grid: int  # patches along each side of a picture
    speaks = False  # whether it can turn prefixes into words
    identity = ""  # which of several it is, where its settings leave that open
    kinds: tuple[str, ...] = ()  # those it has words for, where that is known

    @classmethod
    def pinned(cls, settings: Any, identity: str) -> Any:
        """Settings that name this very teacher."""
        return settings

    @classmethod
    def check(cls, settings: Any) -> None:
        """ConfigError for settings that name nothing it could be made of."""

    @classmethod
    def prepare(cls, settings: Any, control: Control) -> Iterator[Event]:
        """Whatever must be done before it can be loaded; most need nothing."""
        yield from ()

    @abstractmethod
    def embed(self, images: Tensor) -> Tensor:
        """(B, 3, H, W) -> (B, E): one vector a picture, not normalised."""

    @abstractmethod
    def patches(self, images: Tensor) -> Tensor:
        """(B, 3, H, W) -> (B, grid * grid, W): one vector a patch, in rows from the top left."""

    @abstractmethod
    def prefix(self, images: Tensor) -> Tensor:
        """(B, 3, H, W) -> (B, 10, D): the semantic prefix."""

    def captions(self, prefix: Tensor, beams: int = 1) -> list[str]:
        """(B, 10, D) -> B sentences: greedy, or the best of some beams. ConfigError where it has no decoder."""
        raise ConfigError(
            say(
                "This image teacher has no words, so its prefixes cannot be read. Nothing was changed."
            )
        )

    def silent(self) -> "ImageTeacher":
        """The same, frozen and in evaluation mode."""
        for parameter in self.parameters():
            parameter.requires_grad_(False)
        self.eval()
        return self


def squared(images: Tensor, side: int) -> Tensor:
    """(B, 3, H, W), 0..1 -> (B, 3, side, side): the shorter side brought to `side` (bicubic), the middle cut out."""
    height, width = images.shape[2:]
    scale = side / min(height, width)
    size = max(side, round(height * scale)), max(side, round(width * scale))
    if size != (height, width):
        images = F.interpolate(images, size, mode="bicubic", antialias=True).clamp(0, 1)
    top, left = (size[0] - side) // 2, (size[1] - side) // 2
    return images[:, :, top : top + side, left : left + side]
