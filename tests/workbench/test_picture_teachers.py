"""Which built-in teacher of pictures there is, and how right it is."""

from tests.workbench.made_cards import write_card
from workbench.models.picture_teachers import teacher_at


def test_that_without_one_there_is_none():
    assert teacher_at("") is None
    assert teacher_at("/nowhere") is None


def test_that_the_newest_accepted_one_teaches_and_says_how_right_it_is():
    write_card("built_in-old", when=1)
    write_card("built_in-good", kind=0.9448, when=2)
    write_card("built_in-poor", kind=0.4, accepted=False, when=3)
    found = teacher_at("")
    assert (found.name, found.parameters, found.accepted) == ("built_in-good", 1_454_872, True)
    assert found.words == (
        "It knows 2 kinds and names the right one in 94 % of 960 pictures it had never seen "
        "(colour 100 %, size 99 %). Its folder is built_in-good."
    )


def test_that_one_that_errs_too_often_is_told_of():
    write_card(kind=0.4, accepted=False)
    assert "That is too seldom to teach." in teacher_at("").words


def test_that_a_folder_is_looked_into_and_a_damaged_card_counts_as_none():
    folder = write_card("elsewhere")
    assert teacher_at("") is None
    assert teacher_at(str(folder)).name == "elsewhere"
    (folder / "card.json").write_text('{"accuracy": {"colour": 1}}')
    assert teacher_at(str(folder)) is None
    (folder / "card.json").write_bytes(b"\xff\x00")
    assert teacher_at(str(folder)) is None
