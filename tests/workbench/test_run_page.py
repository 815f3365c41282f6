import pytest
from PySide6.QtCore import Qt

from engine.jobs import whole_schema
from workbench.pages.classroom import ClassroomPage
from workbench.pages.concepts import ConceptsPage
from workbench.pages.scenes import ScenesPage


@pytest.mark.gl
@pytest.mark.parametrize(
    ("page_class", "recipe"),
    [(ClassroomPage, "classroom"), (ConceptsPage, "align"), (ScenesPage, "detect")],
)
def test_that_setting_up_picks_the_recipe_of_the_page(
    page_class, recipe, open_run_page, desk, qtbot
):
    desk.schema = whole_schema()
    page = open_run_page(page_class)
    with qtbot.waitSignal(desk.suggested) as asked:
        qtbot.mouseClick(page.empty.button, Qt.MouseButton.LeftButton)
    assert asked.args[0].recipe.name == recipe
    assert asked.args[0].recipe.name in desk.schema["recipe"]
