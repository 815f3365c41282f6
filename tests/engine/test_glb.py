"""glTF scenes: nodes, strips and packed numbers by hand; whatever lies is refused in a sentence."""

import json
import struct
import time

import numpy as np
import pytest

from engine.errors import FormatError
from engine.formats import read_shape
from tests.engine.sample_files import CORNERS, glb, scene

SQUARE = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]], np.float64)


def read(folder, document, packed=b"", name="thing.glb"):
    path = folder / name
    path.write_bytes(document if isinstance(document, bytes) else glb(document, packed))
    return read_shape(path)


def refusal(folder, document, packed=b"", name="thing.glb"):
    with pytest.raises(FormatError) as caught:
        read(folder, document, packed, name)
    return caught.value.sentence


def changed(**changes):
    """The scene of the cube with some of its lists changed: lists__0__key=value."""
    document, packed = scene()
    for path, value in changes.items():
        *way, last = path.split("__")
        inner = document
        for step in way:
            inner = inner[int(step) if step.isdigit() else step]
        inner[int(last) if last.isdigit() else last] = value
    return document, packed


def test_that_nodes_shift_turn_and_stretch_what_hangs_on_them(tmp_path):
    document, packed = scene(SQUARE, [0, 1, 2])
    half = float(np.sqrt(0.5))
    document["scenes"] = [{"nodes": [1]}]
    document["nodes"] = [
        {"mesh": 0, "scale": [2, 3, 1], "rotation": [0, 0, half, half]},  # a quarter about z
        {"children": [0], "translation": [10, 0, 5]},
    ]
    # (x, y) times (2, 3), a quarter turn (x, y) -> (-y, x), then shifted.
    expected = [[10 - 3 * y, 2 * x, 5] for x, y, _ in SQUARE.tolist()]
    np.testing.assert_allclose(read(tmp_path, document, packed).vertices, expected, atol=1e-6)


def test_that_a_matrix_is_read_column_by_column(tmp_path):
    document, packed = scene(SQUARE, [0, 1, 2])
    document["nodes"] = [{"mesh": 0, "matrix": [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 7, 8, 9, 1]}]
    np.testing.assert_allclose(read(tmp_path, document, packed).vertices, np.add(SQUARE, [7, 8, 9]))


def test_that_a_mesh_that_is_shown_twice_is_there_twice(tmp_path):
    document, packed = scene(SQUARE, [0, 1, 2])
    document["scenes"] = [{"nodes": [0, 1]}]
    document["nodes"] = [{"mesh": 0}, {"mesh": 0, "translation": [0, 0, 1]}]
    shape = read(tmp_path, document, packed)
    assert len(shape.vertices) == 8
    assert {tuple(face) for face in shape.faces.tolist()} == {(0, 1, 2), (4, 5, 6)}


@pytest.mark.parametrize(
    ("mode", "faces"),
    [(4, [[0, 1, 2]]), (5, [[0, 1, 2], [1, 2, 3]]), (6, [[0, 1, 2], [0, 2, 3]]), (0, None)],
)
def test_that_strips_fans_and_points_are_told_apart(tmp_path, mode, faces):
    document, packed = scene(SQUARE, [0, 1, 2, 3])
    document["meshes"][0]["primitives"][0]["mode"] = mode
    shape = read(tmp_path, document, packed)
    assert (None if shape.faces is None else shape.faces.tolist()) == faces


def test_that_a_strip_of_two_corners_is_no_triangle(tmp_path):
    document, packed = scene(SQUARE, [0, 1])
    document["meshes"][0]["primitives"][0]["mode"] = 5
    assert read(tmp_path, document, packed).faces.shape == (0, 3)


def test_that_without_nodes_every_mesh_is_shown_as_it_is(tmp_path):
    document, packed = scene(SQUARE, [0, 1, 2])
    del document["nodes"], document["scenes"], document["scene"]
    document["meshes"] *= 2
    assert read(tmp_path, document, packed).vertices.tolist() == [*SQUARE.tolist()] * 2


def test_that_without_a_scene_it_begins_at_the_nodes_that_hang_on_no_other(tmp_path):
    document, packed = scene(SQUARE, [0, 1, 2])
    del document["scenes"], document["scene"]
    document["nodes"] = [
        {"mesh": 0, "translation": [0, 0, 1]},
        {"children": [0], "translation": [0, 0, 2]},
    ]
    assert read(tmp_path, document, packed).vertices[:, 2].tolist() == [3, 3, 3, 3]


def test_that_lines_and_what_has_no_places_add_nothing(tmp_path):
    document, packed = scene(SQUARE, [0, 1, 2])
    places = {"POSITION": 0}
    lines, nothing = {"mode": 1, "attributes": places}, {"attributes": {"NORMAL": 0}}
    document["meshes"][0]["primitives"] += [lines, nothing, {}]
    shape = read(tmp_path, document, packed)
    assert (len(shape.vertices), shape.faces.tolist()) == (4, [[0, 1, 2]])


def test_that_without_corners_every_three_places_are_a_triangle(tmp_path):
    document, packed = scene(SQUARE, [0, 1, 2])
    del document["meshes"][0]["primitives"][0]["indices"]
    assert read(tmp_path, document, packed).faces.tolist() == [[0, 1, 2]]


def test_that_an_extension_that_packs_nothing_is_passed_over(tmp_path):
    document, packed = changed(meshes__0__primitives__0__extensions={"KHR_materials_variants": {}})
    assert len(read(tmp_path, document, packed).vertices) == 8


def test_that_packed_numbers_are_unpacked(tmp_path):
    document, _ = scene(SQUARE, [0, 1, 2])
    packed = (SQUARE * 32767).astype("<i2").tobytes() + np.array([0, 1, 2], "<u2").tobytes()
    document["accessors"][0] |= {"componentType": 5122, "normalized": True}
    document["bufferViews"][0]["byteLength"] = 24
    document["bufferViews"][1]["byteOffset"] = 24
    np.testing.assert_allclose(read(tmp_path, document, packed).vertices, SQUARE)


def test_that_numbers_may_stand_apart(tmp_path):
    document, _ = scene(SQUARE, [0, 1, 2])
    apart = b"".join(struct.pack("<4f", *row, 99.0) for row in SQUARE)
    packed = apart + np.array([0, 1, 2], "<u2").tobytes()
    document["bufferViews"][0] |= {"byteLength": 64, "byteStride": 16}
    document["bufferViews"][1]["byteOffset"] = 64
    np.testing.assert_allclose(read(tmp_path, document, packed).vertices, SQUARE)


def test_that_a_buffer_beside_the_file_is_read_and_no_other(tmp_path):
    document, packed = scene()
    (tmp_path / "cube.bin").write_bytes(packed)
    (tmp_path / "secret.txt").write_bytes(packed)
    document["buffers"][0]["uri"] = "cube.bin"
    assert len(read(tmp_path, json.dumps(document).encode(), name="cube.gltf").vertices) == 8
    for name in ("../cube.bin", "/etc/passwd", "secret.txt", "file:///cube.bin", 7):
        document["buffers"][0]["uri"] = name
        assert "buffer" in refusal(tmp_path, json.dumps(document).encode(), name="cube.gltf")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"accessors__0__count": 10**12}, "places or corners"),
        ({"accessors__0__count": -1}, "no whole number"),
        ({"accessors__0__count": 1.5}, "no whole number"),
        ({"accessors__0__sparse": {}}, "sparsely"),
        ({"accessors__0__type": "VEC2"}, "another type"),
        ({"accessors__0__byteOffset": 10**9}, "places or corners"),
        ({"bufferViews__0__byteLength": 10**12}, "view"),
        ({"bufferViews__0__byteStride": 1}, "steps"),
        ({"bufferViews__0__buffer": 5}, "points to number 5"),
        ({"bufferViews__0__extensions": {"EXT_meshopt_compression": {}}}, "meshopt"),
        ({"nodes__0__mesh": 4}, "points to number 4"),
        ({"nodes__0__children": [0]}, "circle"),
        ({"nodes__0__matrix": [1, 2]}, "16 numbers"),
        ({"nodes__0__rotation": [0, 0, 0, 0]}, "turned by nothing"),
        ({"nodes": 3}, "no list"),
        ({"scenes__0__nodes": []}, "no mesh"),
        ({"asset": None}, "does not describe"),
        (
            {"meshes__0__primitives__0__extensions": {"KHR_draco_mesh_compression": {}}},
            "Draco",
        ),
    ],
)
def test_that_a_scene_that_lies_is_refused_in_a_sentence(tmp_path, changes, words):
    sentence = refusal(tmp_path, *changed(**changes))
    assert words in sentence
    assert "thing.glb" in sentence


def test_that_a_corner_that_is_not_there_is_refused(tmp_path):
    assert "vertex 9" in refusal(tmp_path, *scene(CORNERS, [0, 1, 9]))


def test_that_a_small_file_cannot_unfold_to_a_huge_scene(tmp_path):
    document, packed = scene(np.zeros((60_000, 3)), [0, 1, 2])
    document["nodes"] = [{"mesh": 0}] * 5000
    document["scenes"] = [{"nodes": list(range(5000))}]
    before = time.monotonic()
    assert "sensible" in refusal(tmp_path, document, packed)
    assert time.monotonic() - before < 5


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"glTF", "header"),
        (b"glTF" + struct.pack("<II", 1, 20) + bytes(8), "version 1"),
        (b"glTF" + struct.pack("<II", 2, 10**9) + bytes(8), "tells of"),
        (b"glTF" + struct.pack("<III", 2, 20, 10**9) + b"JSON", "chunk"),
        (b"[" * 100_000, "no JSON"),
        (b"{}", "does not describe"),
    ],
)
def test_that_what_is_no_scene_is_refused(tmp_path, data, words):
    assert words in refusal(tmp_path, data)


def test_that_a_huge_description_is_not_taken_apart(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.formats.glb._MOST_JSON", 100)
    assert "larger than is sensible" in refusal(tmp_path, *scene())
