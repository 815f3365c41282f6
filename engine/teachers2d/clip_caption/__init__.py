"""CLIP, ClipCap and GPT-2 from files you have: the teacher of the paper."""

from pathlib import Path

import torch
from pydantic import Field
from pydantic.config import JsonDict
from torch import Tensor

from engine import registry
from engine.errors import ConfigError
from engine.teachers2d.clip_caption.bpe import Bpe
from engine.teachers2d.clip_caption.gpt2 import Gpt2
from engine.teachers2d.clip_caption.layouts import check_fit, make_gpt2, make_mapper, make_vision
from engine.teachers2d.clip_caption.vision import Activation, prepared
from engine.teachers2d.teacher import ImageTeacher
from engine.teachers2d.weights import read_weights
from engine.words import say

HOW_TO = say(
    "Three files and a folder are needed, all of which you must have yourself, for nothing is ever "
    "fetched: (1) CLIP ViT-B/32, as OpenAI's ViT-B-32.pt, as an open_clip file, or as Hugging Face's "
    "model.safetensors; (2) a ClipCap file, such as the one trained on Conceptual Captions; (3) "
    "GPT-2 small, if the ClipCap file does not hold one; (4) for captions, a folder with GPT-2's "
    "vocab.json and merges.txt. Name them in the settings of this teacher. Without them, the "
    "built-in teacher does."
)
_END = "."
_FILE: JsonDict = {"place": "file"}


@registry.register(
    "image_teacher",
    "clip_caption",
    title=say("CLIP with ClipCap"),
    about=say(
        "The teacher of the paper, from files you have: CLIP ViT-B/32, a ClipCap mapper, GPT-2."
    ),
)
class ClipCaption(ImageTeacher):
    """Pictures -> CLIP's embedding, not normalised -> ClipCap's prefix -> GPT-2's words."""

    class Settings(registry.Settings):
        """Where the files are."""

        clip: str = Field("", title=say("CLIP file"), json_schema_extra=_FILE)
        clipcap: str = Field("", title=say("ClipCap file"), json_schema_extra=_FILE)
        gpt2: str = Field(
            "",
            title=say("GPT-2 file"),
            description=say("Empty: the one in the ClipCap file."),
            json_schema_extra=_FILE,
        )
        words: str = Field(
            "",
            title=say("Folder with vocab.json and merges.txt"),
            description=say("Empty: no captions."),
            json_schema_extra={"place": "folder"},
        )
        activation: Activation = Field(
            "quick_gelu",
            title=say("Activation"),
            description=say(
                "quick_gelu for OpenAI's weights; gelu for most others: open_clip files do not tell."
            ),
        )

    @classmethod
    def check(cls, settings: Settings) -> None:
        """ConfigError where a file that is needed is not named."""
        if not settings.clip or not settings.clipcap:
            raise ConfigError(
                say(
                    "The files of this teacher are not named. Nothing was started. {how_to}",
                    how_to=HOW_TO,
                )
            )

    def __init__(self, settings: Settings) -> None:
        """Read the files. Raises ConfigError where one is not named, FormatError where one will not do."""
        super().__init__()
        self.check(settings)
        clip, clipcap = Path(settings.clip).expanduser(), Path(settings.clipcap).expanduser()
        gpt2 = Path(settings.gpt2).expanduser() if settings.gpt2 else clipcap
        self.vision = make_vision(read_weights(clip), clip, settings.activation)
        told = read_weights(clipcap)
        self.mapper = make_mapper(told, clipcap)
        self.gpt: Gpt2 | None = None
        self.bpe: Bpe | None = None
        if settings.words:
            self.bpe = Bpe.load(Path(settings.words).expanduser())
            self.gpt = make_gpt2(read_weights(gpt2) if settings.gpt2 else told, gpt2)
        check_fit(self.vision, self.mapper, self.gpt, clipcap)
        self.length, self.width = self.mapper.length, self.mapper.width
        self.embedding, self.grid = self.vision.embedding, self.vision.grid
        self.speaks = self.bpe is not None
        self.silent()

    @torch.no_grad()
    def embed(self, images: Tensor) -> Tensor:
        """(B, 3, H, W) -> (B, 512), not normalised."""
        return torch.as_tensor(self.vision(images))

    @torch.no_grad()
    def patches(self, images: Tensor) -> Tensor:
        """(B, 3, H, W) -> (B, 49, 768): the tokens after the last block and its norm, without the class token."""
        return self.vision.tokens(prepared(images, self.vision.side))[:, 1:]

    @torch.no_grad()
    def prefix(self, images: Tensor) -> Tensor:
        """(B, 3, H, W) -> (B, 10, 768)."""
        return torch.as_tensor(self.mapper(self.embed(images)))

    def captions(self, prefix: Tensor, beams: int = 1) -> list[str]:
        """(B, 10, 768) -> B sentences, each up to its full stop."""
        if self.bpe is None or self.gpt is None:
            return super().captions(prefix, beams)
        stop = self.bpe.numbers.get(_END, -1)
        return [self.bpe.decode(row).strip() for row in self.gpt.say(prefix, stop, beams)]
