"""The parts every page is made of."""

from workbench.kit.banner import Banner
from workbench.kit.button import Button, IconButton
from workbench.kit.card import Card
from workbench.kit.chip import Chip
from workbench.kit.empty_state import EmptyState, IconTile
from workbench.kit.fading_scroll import FadingScroll
from workbench.kit.fields import Picker, SearchField
from workbench.kit.fold import Fold
from workbench.kit.icon import icon, pixmap
from workbench.kit.ring import Ring
from workbench.kit.segmented import Segmented
from workbench.kit.slider import Slider
from workbench.kit.sparkline import Sparkline
from workbench.kit.text import Text
from workbench.kit.tile import Tile
from workbench.kit.toggle import Toggle

__all__ = [
    "Banner",
    "Button",
    "Card",
    "Chip",
    "EmptyState",
    "FadingScroll",
    "Fold",
    "IconButton",
    "IconTile",
    "Picker",
    "Ring",
    "SearchField",
    "Segmented",
    "Slider",
    "Sparkline",
    "Text",
    "Tile",
    "Toggle",
    "icon",
    "pixmap",
]
