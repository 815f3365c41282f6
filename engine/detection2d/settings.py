"""Numbers of the detector: those that train, and torchvision's own, which the authors of ClassroomNet used."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Numbers:
    """before and after: proposals of each level before, and of a picture after overlapping ones are taken out, in
    learning and in use; samples and share of positives, and from which overlap on one is, for proposals and boxes;
    nothings: at most so many proposals that hold nothing for each that holds something, else what things are called is
    learnt late: few proposals hold something at first; beta: where the loss of depth turns from square to absolute, in
    units of 0..1."""

    before: tuple[int, int] = (200, 200)
    after: tuple[int, int] = (150, 120)
    anchor_overlaps: tuple[float, float] = (0.5, 0.3)
    anchor_samples: int = 128
    anchor_share: float = 0.5
    proposal_overlap: float = 0.7
    box_overlap: float = 0.5
    box_samples: int = 96
    box_share: float = 0.25
    nothings: int = 3
    least_score: float = 0.01
    found_overlap: float = 0.5
    most: int = 100
    depth_beta: float = 0.1
    depth_of_all: bool = False  # also of background, and where no depth is known, then 0
    usual_start: bool = False  # torchvision's first weights


OURS = Numbers()
PAPER = Numbers(
    anchor_overlaps=(0.7, 0.3),
    before=(2000, 1000),
    after=(2000, 1000),
    anchor_samples=256,
    box_samples=512,
    nothings=512,
    least_score=0.05,
    depth_beta=1.0,
    depth_of_all=True,
    usual_start=True,
)
