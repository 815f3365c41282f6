"""Terms beside a recipe's usual mix: which can be added is the engine's to say; each step can be undone."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from engine.words import say
from workbench.models import terms
from workbench.models.drafting import take

if TYPE_CHECKING:
    from workbench.pages.setup import SetupPage


class Terms(QObject):
    """Listens to the button that adds one, and to the crosses of those that were added."""

    def __init__(self, page: "SetupPage") -> None:
        super().__init__(page)
        self._page, self._desk = page, page.desk
        page.more.picked.connect(self.add)
        page.dials.removed.connect(self.remove)

    def show(self) -> None:
        """What can be added to the draft as it is now."""
        draft, schema = self._desk.draft, self._desk.schema
        refused = self._page.sizes.look_up(draft).get("refused_terms") if schema else None
        offers = None if refused is None else terms.offers(draft, schema, refused)
        self._page.more.show_offers(offers)

    def add(self, name: str) -> None:
        """Pass one more thing on, and open its settings."""
        after = terms.with_term(self._desk.draft, self._desk.schema, name)
        take(self._page.undo, self._desk, after, say("the term {name}", name=name))
        self._page.side.show_fold(f"losses.{name}")

    def remove(self, name: str) -> None:
        """Pass it on no more."""
        after = terms.without_term(self._desk.draft, self._desk.schema, name)
        take(self._page.undo, self._desk, after, say("without the term {name}", name=name))
