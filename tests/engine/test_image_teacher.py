"""The built-in image teacher: words, lessons, one net that learns, a card, a gate; its answers kept on the disk."""

import json

import numpy as np
import pytest
import torch

from engine import registry
from engine.__main__ import main
from engine.control import Control, Wish
from engine.datasets.pairs.words import read_slots
from engine.errors import ConfigError, RunError
from engine.events import Finished, Paused, Progress, Resumed
from engine.experiment import Choice
from engine.jobs import Job, perform
from engine.nets import count_parameters
from engine.teachers2d import built_in, prepare_image_teacher
from engine.teachers2d.built_in.card import Card, folder_of, read_card, sha256, write_card
from engine.teachers2d.built_in.learning import Pupil, built, losses, rate_at
from engine.teachers2d.built_in.lessons import Lessons, album, slots_of
from engine.teachers2d.built_in.settings import TeacherSettings
from engine.teachers2d.built_in.training import train_teacher
from engine.teachers2d.built_in.vocabulary import BEGIN, END, Vocabulary
from engine.teachers2d.memory import remembered, tensors
from tests.engine.stack_files import ran

KINDS = ("chair", "cone", "tv_stand")
TINY = {
    "kinds": KINDS,
    "per_kind": 3,
    "held_out": 1,
    "views": 2,
    "batch_size": 6,
    "width": 32,
    "depth": 1,
    "steps": 6,
}
SETTINGS = TeacherSettings(**TINY)


@pytest.fixture(scope="module")
def tiny_album():
    return ran(album(SETTINGS, False, Control()))[0]


@pytest.fixture
def lessons(tiny_album):
    return Lessons(tiny_album, SETTINGS, built(SETTINGS)[1])


def an_accepted_teacher(settings=SETTINGS, kind=0.95):
    """A teacher that has learnt nothing, whose card says that it may teach."""
    list(train_teacher(settings, Control()))
    folder = folder_of(settings)
    card = read_card(folder)
    write_card(folder, card.model_copy(update={"accuracy": card.accuracy | {"kind": kind}}))
    return folder


# ---- words and lessons


def test_that_captions_come_back_from_their_numbers():
    words = Vocabulary(("a", "red", "tv_stand", ",", "."))
    numbers = words.encode("a red tv_stand, a.")
    assert (numbers[0], numbers[-1]) == (BEGIN, END)
    assert words.decode([*numbers, 4, 4]) == "a red tv stand, a."
    with pytest.raises(KeyError):
        words.encode("unicorn")


def test_that_a_lesson_is_the_same_again_and_others_differ(lessons, tiny_album):
    again = Lessons(tiny_album, SETTINGS, lessons.vocabulary)
    again.at(2)
    one, other = lessons.at(1), again.at(1)
    assert torch.equal(one.images, other.images) and torch.equal(one.words, other.words)
    assert not torch.equal(one.images, lessons.at(2).images)


def test_that_every_picture_is_shown_once_in_an_epoch(lessons):
    assert lessons.steps == 3  # 3 kinds x 3 shapes x 2 views, six at a time
    kinds = torch.cat([lessons.at(step).slots[:, 0] for step in range(3)])
    assert torch.bincount(kinds).tolist() == [6, 6, 6]


def test_that_the_words_of_a_lesson_tell_its_slots(lessons):
    lesson = lessons.at(0)
    for row, numbers in zip(lesson.words.tolist(), lesson.slots.tolist(), strict=True):
        assert read_slots(lessons.vocabulary.decode(row), KINDS) == slots_of(numbers, KINDS)


def test_that_pictures_have_the_colour_that_is_told(lessons):
    lesson = lessons.plain(torch.arange(18))
    for image, numbers in zip(lesson.images, lesson.slots.tolist(), strict=True):
        middle = image[:, 24:40, 24:40].flatten(1)
        shown = middle[:, middle.std(dim=0).argmax()]  # the most colourful pixel
        paint = lessons.paints[numbers[1]]
        assert torch.nn.functional.cosine_similarity(shown, paint, dim=0) > 0.99


def test_that_grey_lessons_tell_no_colour(tiny_album):
    settings = SETTINGS.model_copy(update={"colours": False})
    lesson = Lessons(tiny_album, settings, built(settings)[1]).at(0)
    assert (lesson.slots[:, 1] == -1).all()
    assert (lesson.images.amax(dim=1) - lesson.images.amin(dim=1)).max() == 0
    assert "slots" in losses(built(settings)[0], lesson)


def test_that_held_out_shapes_are_others():
    album_of = [ran(album(SETTINGS, held_out, Control()))[0] for held_out in (False, True)]
    assert album_of[0].fingerprint() != album_of[1].fingerprint()
    trained = {light.tobytes() for light in album_of[0].light}
    assert not trained & {light.tobytes() for light in album_of[1].light}


# ---- the net


def test_that_the_usual_net_is_small_and_has_the_right_shapes():
    net, vocabulary = built(TeacherSettings())
    assert 1e6 < count_parameters(net) < 2e6
    net.eval()
    prefix = net.prefix(torch.rand(2, 3, 64, 64))
    assert prefix.shape == (2, 10, 96)
    assert net.decoder(prefix, torch.ones(2, 5, dtype=torch.int64)).shape == (2, 5, len(vocabulary))
    assert [tuple(slot.shape) for slot in net.read(prefix)] == [(2, 20), (2, 8), (2, 2), (2, 2)]


def test_that_no_word_sees_those_after_it():
    net, _ = built(SETTINGS)
    net.eval()
    prefix, words = torch.randn(1, 10, 32), torch.tensor([[1, 4, 5, 6]])
    changed = words.clone()
    changed[0, 3] = 7
    one, other = net.decoder(prefix, words), net.decoder(prefix, changed)
    assert torch.equal(one[:, :3], other[:, :3]) and not torch.equal(one[:, 3], other[:, 3])


def test_that_one_beam_says_what_greed_says():
    net, _ = built(SETTINGS)
    net.eval()
    prefix = torch.randn(3, 10, 32)
    greedy = [row[: row.index(END) + 1] if END in row else row for row in net.say(prefix)]
    assert [net._beam(one[None], 1) for one in prefix] == greedy
    assert len(net.say(prefix, beams=3)) == 3


def test_that_the_learning_rate_rises_then_falls_to_nothing():
    settings = TeacherSettings(steps=1000, learning_rate=0.002)
    assert rate_at(settings, 0) == pytest.approx(0.0001)
    assert rate_at(settings, 100) == pytest.approx(0.002)
    assert rate_at(settings, 550) == pytest.approx(0.001)
    assert rate_at(settings, 1000) == pytest.approx(0)


def test_that_the_loss_falls_by_half_in_a_few_steps(lessons):
    net, _ = built(SETTINGS)
    pupil = Pupil.new(net, 0.003)
    found = [float(pupil.learn(lessons.at(step), 0.003)["loss"]) for step in range(60)]
    assert np.mean(found[-5:]) < found[0] / 2


# ---- training as a job


def test_that_a_training_tells_its_events_and_leaves_a_card():
    events = list(perform(Job(do="teach_pictures", image_teacher=TINY), Control()))
    kinds = [event.kind for event in events]
    assert kinds.count("metric") == 6 + 1 and kinds[-1] == "finished" and "started" in kinds
    card = read_card(folder_of(SETTINGS))
    assert (card.pictures, card.held_out, card.steps, card.settings.seed) == (18, 6, 6, 7)
    assert set(card.accuracy) == {"kind", "colour", "size", "view"}
    assert events[-1].results["accepted"] is card.accepted is (card.accuracy["kind"] >= 0.9)
    assert not (folder_of(SETTINGS) / "training.pt").exists()
    text = (folder_of(SETTINGS) / "card.json").read_text(encoding="utf-8")
    assert "clip" not in text.lower()
    again = list(perform(Job(do="teach_pictures", image_teacher=TINY), Control()))
    assert [event.kind for event in again] == ["finished"]


def test_that_an_interrupted_training_goes_on_to_the_same_teacher(own_home):
    def weights():
        return sha256(folder_of(SETTINGS) / "model.safetensors")

    list(train_teacher(SETTINGS, Control()))
    whole = weights()
    (folder_of(SETTINGS) / "card.json").unlink()
    control = Control()
    for event in perform(Job(do="teach_pictures", image_teacher=TINY), control):
        if event.kind == "metric" and event.step == 3:
            control.ask(Wish.FINISH)
    assert event.outcome == "finished early"
    events = list(train_teacher(SETTINGS, Control()))
    resumed = [event.step for event in events if event.kind == "resumed"]
    assert resumed == [3]
    assert weights() == whole


def test_that_a_damaged_state_is_passed_over():
    folder = folder_of(SETTINGS)
    folder.mkdir(parents=True)
    (folder / "training.pt").write_bytes(b"junk")
    assert list(train_teacher(SETTINGS, Control()))[-1].kind == "finished"


def test_that_wrong_settings_are_sentences(capsys):
    for values, words in (
        ({"stepz": 3}, "steps"),
        ({"kinds": ["unicorn"]}, "unicorn"),
        ({"steps": 0}, "steps"),
    ):
        (event,) = perform(Job(do="teach_pictures", image_teacher=values), Control())
        assert event.kind == "failed" and words in event.sentence
    assert main(["image-teacher", "--set", "stepz=3"]) == 1
    told = capsys.readouterr()
    assert "Did you mean “steps”?" in told.err


def test_that_the_command_says_what_it_reached(capsys):
    words = [f"{key}={json.dumps(value)}" for key, value in TINY.items()]
    assert main(["image-teacher", *(part for word in words for part in ("--set", word))]) == 0
    told = capsys.readouterr().out
    assert (
        "Image teacher after 6 batches" in told and "6 pictures of shapes it has never seen" in told
    )


# ---- the gate and the teacher


def test_that_a_teacher_that_errs_too_often_is_refused():
    folder = an_accepted_teacher(kind=0.899)
    for settings in ({}, {"folder": str(folder)}):
        with pytest.raises(ConfigError, match="90% are needed"):
            registry.make("image_teacher", "built_in", settings)


def test_that_without_a_teacher_there_is_a_sentence():
    with pytest.raises(ConfigError, match="Train one first"):
        registry.make("image_teacher", "built_in", {})
    with pytest.raises(RunError, match="no whole image teacher"):
        registry.make("image_teacher", "built_in", {"folder": "nowhere"})


def test_that_weights_that_are_not_those_of_the_card_are_refused():
    folder = an_accepted_teacher()
    path = folder / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(RunError):
        registry.make("image_teacher", "built_in", {"folder": str(folder)})
    (folder / "card.json").write_text(json.dumps([1]))
    with pytest.raises(RunError):
        read_card(folder)


def test_that_an_accepted_teacher_answers_about_pictures_of_any_size():
    an_accepted_teacher()
    teacher = registry.make("image_teacher", "built_in", {})
    images = torch.rand(2, 3, 100, 80)
    prefix = teacher.prefix(images)
    assert prefix.shape == (2, 10, 32) and not prefix.requires_grad
    assert teacher.embed(images).shape == (2, teacher.embedding) == (2, 512)
    assert teacher.patches(images).shape == (2, teacher.grid**2, 32)
    assert all(isinstance(text, str) for text in teacher.captions(prefix))
    assert not any(parameter.requires_grad for parameter in teacher.parameters())


def test_that_a_card_survives_its_file(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"x")
    card = Card(
        settings=SETTINGS, kinds=KINDS, pictures=1, pictures_sha256="a", held_out=1, held_out_sha256="b", steps=2,
        seconds=1.5, parameters=3, accuracy={"kind": 0.9}, weights_sha256=sha256(tmp_path / "model.safetensors"),
    )  # fmt: skip
    write_card(tmp_path, card)
    assert read_card(tmp_path) == card
    assert card.accepted


# ---- memory


class Asked:
    """Counts how often a teacher is asked."""

    def __init__(self, teacher):
        self.count, real = 0, teacher.prefix

        def prefix(images):
            self.count += 1
            return real(images)

        teacher.prefix = prefix


def test_that_answers_are_asked_for_once_and_kept_in_half_precision(own_home):
    an_accepted_teacher()
    teacher = registry.make("image_teacher", "built_in", {})
    images = np.random.default_rng(0).integers(0, 255, (70, 32, 32, 3)).astype(np.uint8)
    true = torch.cat(
        [teacher.prefix(tensors(images[start : start + 64], teacher)) for start in (0, 64)]
    )
    asked = Asked(teacher)
    first = ran(remembered(teacher, images, Control()))[0]
    assert asked.count == 2
    again = ran(remembered(teacher, images, Control()))[0]
    assert asked.count == 2
    assert torch.equal(first, again)
    # Half precision has 11 significant bits; below 2^-14 its steps are 2^-24.
    assert ((first - true).abs() <= true.abs() * 2**-11 + 2**-24).all()
    (file,) = (own_home / "cache" / "pictures").iterdir()
    assert file.stat().st_size < 70 * 10 * 32 * 2 + 1000


def test_that_other_pictures_weights_or_questions_are_asked_anew(own_home):
    an_accepted_teacher()
    teacher = registry.make("image_teacher", "built_in", {})
    images = np.zeros((2, 16, 16, 3), np.uint8)
    ran(remembered(teacher, images, Control()))
    images[0, 0, 0, 0] = 1
    ran(remembered(teacher, images, Control()))
    ran(remembered(teacher, images, Control(), "embed"))
    with torch.no_grad():
        next(teacher.parameters()).add_(1)
    ran(remembered(teacher, images, Control()))
    assert len(list((own_home / "cache" / "pictures").iterdir())) == 4


def test_that_damaged_answers_are_asked_for_anew(own_home):
    an_accepted_teacher()
    teacher = registry.make("image_teacher", "built_in", {})
    images = np.zeros((2, 16, 16, 3), np.uint8)
    first = ran(remembered(teacher, images, Control()))[0]
    (file,) = (own_home / "cache" / "pictures").iterdir()
    file.write_bytes(file.read_bytes()[:50])
    assert torch.equal(ran(remembered(teacher, images, Control()))[0], first)


def test_that_answers_too_large_for_half_precision_are_kept_whole():
    an_accepted_teacher()
    teacher = registry.make("image_teacher", "built_in", {})
    teacher.prefix = lambda images: torch.full((len(images), 10, 32), 1e6)
    images = np.zeros((1, 16, 16, 3), np.uint8)
    assert ran(remembered(teacher, images, Control()))[0].max() == 1e6


def test_that_the_usual_teacher_is_trained_where_there_is_none_and_told_as_a_phase(monkeypatch):
    trained = []

    def train(settings, control):
        trained.append(settings)
        yield Paused(step=5)
        yield Resumed(step=5)
        yield Progress(step=5, steps=20, epoch=1, epochs=1, clouds_per_second=1, seconds_left=1)
        yield Finished()

    monkeypatch.setattr(built_in, "train_teacher", train)
    events = list(prepare_image_teacher(Choice(name="built_in"), Control()))
    assert trained == [TeacherSettings()]
    assert [event.kind for event in events] == ["paused", "resumed", "phase"]
    assert events[-1].fraction == 0.25
    assert not list(prepare_image_teacher(Choice(name="built_in", folder="own"), Control()))
    an_accepted_teacher()
    assert not list(prepare_image_teacher(Choice(name="built_in"), Control()))
    assert len(trained) == 1
