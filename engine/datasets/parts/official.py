"""The sixteen categories and fifty parts of ShapeNetPart, in the order that its checkpoints have (Yi et al. 2016)."""

from dataclasses import dataclass

from engine.metrics.parts import CATEGORIES as NAMES
from engine.metrics.parts import PARTS_OF


@dataclass(frozen=True)
class Category:
    """One category: its WordNet number and its parts, first to last."""

    name: str
    synset: str
    first: int
    last: int

    @property
    def parts(self) -> tuple[int, ...]:
        """The numbers of its parts."""
        return tuple(range(self.first, self.last + 1))


_SYNSETS = (
    "02691156", "02773838", "02954340", "02958343", "03001627", "03261776", "03467517", "03624134", "03636649",
    "03642806", "03790512", "03797390", "03948459", "04099429", "04225987", "04379243",
)  # fmt: skip
CATEGORIES = tuple(
    Category(name, synset, parts[0], parts[-1])
    for name, synset, parts in zip(NAMES, _SYNSETS, PARTS_OF, strict=True)
)
# The files number the parts and do not name them.
PART_NAMES = tuple(
    f"{category.name} {part - category.first + 1}"
    for category in CATEGORIES
    for part in category.parts
)
