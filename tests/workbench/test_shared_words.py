"""Two sentences against each other, by hand."""

from workbench.models.shared_words import compare


def test_that_words_both_say_are_counted_once_and_joining_words_not_at_all():
    said = compare("a living room with a grey sofa and a sofa", "A room with two long sofas")
    assert (said.shared, said.of, said.verdict) == (2, 4, "2 of 4 words shared")
    assert [word.text for word in said.teacher if word.both] == ["room", "sofa", "sofa"]
    assert [word.text for word in said.student if word.both] == ["room", "sofas"]
    assert [word.text for word in said.student if word.weighty] == ["room", "long", "sofas"]


def test_that_marks_are_no_words_and_every_word_keeps_its_place():
    said = compare("A glass, box.", "glasses")
    assert [word.text for word in said.teacher] == ["A", "glass", "box"]
    assert said.shared == 1


def test_that_a_silent_teacher_shares_nothing_and_says_nothing():
    said = compare("", "a chair")
    assert said.teacher == () and said.verdict == ""
