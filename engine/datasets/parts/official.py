"""The sixteen categories and fifty parts of ShapeNetPart, in the order that its checkpoints have (Yi et al. 2016)."""

from dataclasses import dataclass


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


CATEGORIES = (
    Category("Airplane", "02691156", 0, 3),
    Category("Bag", "02773838", 4, 5),
    Category("Cap", "02954340", 6, 7),
    Category("Car", "02958343", 8, 11),
    Category("Chair", "03001627", 12, 15),
    Category("Earphone", "03261776", 16, 18),
    Category("Guitar", "03467517", 19, 21),
    Category("Knife", "03624134", 22, 23),
    Category("Lamp", "03636649", 24, 27),
    Category("Laptop", "03642806", 28, 29),
    Category("Motorbike", "03790512", 30, 35),
    Category("Mug", "03797390", 36, 37),
    Category("Pistol", "03948459", 38, 40),
    Category("Rocket", "04099429", 41, 43),
    Category("Skateboard", "04225987", 44, 46),
    Category("Table", "04379243", 47, 49),
)
# The files number the parts and do not name them.
PART_NAMES = tuple(
    f"{category.name} {part - category.first + 1}"
    for category in CATEGORIES
    for part in category.parts
)
