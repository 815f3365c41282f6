"""Outlines from elsewhere: torchvision's Mask R-CNN with weights from a file you have, or a folder of arrays."""

from collections import Counter
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.array_teacher import voice_of_folder
from engine.drives import Frame
from engine.errors import ConfigError
from engine.events import Event
from engine.formats.bounded import plain
from engine.projected import painted
from engine.tasks.steps import Pace
from engine.tasks.task import Gate
from engine.teachers2d.weights import fill, read_weights
from engine.teaching_maps import FeatureMap
from engine.voices import Voice, mark_of, voice_of_maps
from engine.words import say

_KINDS = 91  # of COCO, of which one is the background
_SURE = 0.5  # an outline counts from this score on
_COCO = {
    1: "person", 2: "bicycle", 3: "car", 4: "motorcycle", 6: "bus", 7: "train", 8: "truck",
    10: "traffic light", 11: "fire hydrant", 13: "stop sign", 14: "parking meter", 15: "bench",
    16: "bird", 17: "cat", 18: "dog", 19: "horse",
}  # fmt: skip


def outlines_of(
    said: str, frames: Sequence[Frame], count: int, gate: Gate
) -> Generator[Event, None, Voice]:
    """The voice of a file of Mask R-CNN's weights, or of a folder with one array for each frame. ConfigError where
    there is nothing of the name."""
    path = Path(said).expanduser()
    if path.is_dir():
        return (yield from voice_of_folder("outlines", path, frames, gate))
    if not path.is_file():
        raise ConfigError(
            say(
                "There is no outline teacher “{said}”: no file of Mask R-CNN’s weights, no folder of "
                "arrays. Nothing was started. Use “labels”, “none”, or a path.",
                said=plain(said, 100),
            )
        )
    voice = yield from _mask_rcnn_voice(path, frames, count, gate)
    return voice


def _mask_rcnn_voice(
    path: Path, frames: Sequence[Frame], count: int, gate: Gate
) -> Generator[Event, None, Voice]:
    """Its kinds are the `count` most often found in these frames (the paper’s five)."""
    net = mask_rcnn(path)
    pace, seen = Pace(gate, say("Asking Mask R-CNN"), len(frames)), Counter[int]()
    found: dict[int, Any] = {}
    for done, frame in enumerate(frames):
        yield from pace.at(done)
        found[id(frame)] = outlined(net, frame.image)
        seen.update(found[id(frame)][1].tolist())
    kinds = [kind for kind, _ in seen.most_common(count)]
    if not kinds:
        raise ConfigError(
            say(
                "The outline teacher “{path}” finds nothing in the training frames. Nothing was started. "
                "Learn without it (recipe.outlines = “none”), or use larger pictures.",
                path=path.name,
            )
        )
    kinds += [0] * (count - len(kinds))  # kinds that are never found: their maps are 0

    def of(frame: Frame) -> FeatureMap:
        masks, labels, scores = found.pop(id(frame), None) or outlined(net, frame.image)
        return painted(masks, labels.tolist(), scores, kinds)

    voice = yield from voice_of_maps("outlines", of, frames, gate, path.name)
    words = ", ".join(_COCO.get(kind, say("kind {kind}", kind=kind)) for kind in kinds if kind)
    mark = mark_of(path.name, (value.numpy() for value in net.state_dict().values()))
    told = (
        say(
            "The outline teacher “{path}” (Mask R-CNN) tells {words}.", path=path.name, words=words
        ),
    )
    return Voice(voice.name, of, voice.statistics, voice.learnt, mark, told)


def mask_rcnn(path: Path) -> torch.nn.Module:
    """torchvision's maskrcnn_resnet50_fpn with the weights of a file, frozen. FormatError for a file of another net."""
    from engine.nets.classroom.ops import torchvision_ready

    torchvision_ready()  # it may lack its compiled operations, and could then not be imported
    from torchvision.models.detection import maskrcnn_resnet50_fpn

    weights = read_weights(path)
    net: torch.nn.Module = maskrcnn_resnet50_fpn(
        weights=None, weights_backbone=None, num_classes=_KINDS
    )
    fill(net, weights, path)
    return net.eval().requires_grad_(False)


def outlined(
    net: torch.nn.Module, image: NDArray[np.uint8]
) -> tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.float32]]:
    """Of a picture (H, W, 3): outlines (I, H, W), COCO kinds (I,) and scores (I,) of at least a half."""
    picture = torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1))).float() / 255
    with torch.no_grad():
        (said,) = net([picture])
    sure = said["scores"] >= _SURE
    masks = (said["masks"][sure, 0] >= 0.5).numpy()
    return masks, said["labels"][sure].numpy(), said["scores"][sure].numpy()
