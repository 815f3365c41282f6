"""What can be chosen of a class: its teachers, the depth of a box, anchors, how terms are weighed."""

from typing import Annotated, Literal

from pydantic import Field

from engine.camera_batches import ViewSettings
from engine.recipes.starting import StartSettings
from engine.words import say

Pixels = Annotated[float, Field(gt=0, le=4096)]


class ClassSettings(StartSettings, ViewSettings):
    """Who teaches, what depth a box has, and from which anchors boxes are counted."""

    laser: str = Field(
        "built_in",
        title=say("Laser teacher"),
        description=say(
            "“built_in”, a run of the recipe “laser”, a folder of arrays (NAME.npy of each frame, as "
            "many features as below), “none”, or “oracle”: its own map is fed in."
        ),
        json_schema_extra={"term": say("3D teacher")},
    )
    outlines: str = Field(
        "labels",
        title=say("Outline teacher"),
        description=say(
            "“labels”: the true outlines; a file of Mask R-CNN, a folder of arrays (NAME.npy of each "
            "frame), “none”, or “oracle”: its own map is fed in."
        ),
        json_schema_extra={"term": say("mask teacher")},
    )
    dims: int = Field(
        16,
        ge=1,
        le=1024,
        title=say("Features of the laser teacher"),
        description=say("The most telling so many directions of what it feels."),
        json_schema_extra={"term": "PCA"},
    )
    outline_kinds: int = Field(
        5,
        ge=1,
        le=256,
        title=say("Things with outlines"),
        description=say("The most common so many."),
    )
    depth_label: Literal["median", "paper", "centre"] = Field(
        "median",
        title=say("Depth of a box"),
        description=say(
            "“median” of its own laser points, “paper”: mean of all points in the box, or its “centre”."
        ),
        json_schema_extra={"term": say("depth label")},
    )
    depth_max: float = Field(
        70.0, gt=0, le=10_000, title=say("Farthest depth"), description=say("In metres.")
    )
    anchors: tuple[tuple[Pixels, ...], ...] = Field(
        (),
        title=say("Anchors of each level"),
        description=say(
            "In pixels; empty: from the training boxes. Not for the wiring of the paper, which has its "
            "own."
        ),
        json_schema_extra={"term": say("anchor sizes")},
    )
    override: bool = Field(
        False,
        title=say("Train although anchors do not fit"),
        description=say(
            "Else nothing is started where an anchor reaches fewer than nine in ten boxes."
        ),
    )
    weighing: Literal["fixed", "learned"] = Field(
        "fixed",
        title=say("Weights of the terms"),
        description=say(
            "“learned”: each term by how uncertain it is (Kendall, Gal and Cipolla, 2018)."
        ),
        json_schema_extra={"term": say("uncertainty weighting")},
    )
    exam: Literal["none", "short", "whole"] = Field(
        "short",
        title=say("Examined at the end"),
        description=say(
            "“short”: whom it listens to, shaken pictures, what its channels know; “whole”: each term of "
            "the loss attacked alone, too."
        ),
    )
    shake: Literal["linf", "l2"] = Field(
        "linf",
        title=say("How pictures are shaken"),
        description=say(
            "In the examination, by grey levels of 255: “linf” changes each value by at most so many, "
            "“l2” all values of a picture by so many on the whole (root of the mean square)."
        ),
        json_schema_extra={"term": say("norm of the attack")},
    )
