"""Every format gives back the cube that was written by hand, and real files open as documented."""

import os
from pathlib import Path

import numpy as np
import pytest

from engine.errors import FormatError
from engine.formats import read_cloud, read_shape, suffixes
from engine.formats.surface import face_areas
from tests.engine.sample_files import CORNERS, MESHES, kinds, pcd, rows, write

OFF_COUNTS = {
    "modelnet40_broken_header/bathtub_0001": (3514, 3546),
    "modelnet40_broken_header/bathtub_0002": (700, 664),
    "modelnet40_broken_header/bathtub_0003": (14963, 19985),
    "modelnet40_good/bed_0001": (2095, 1807),
    "modelnet40_good/bed_0003": (2644, 2440),
    "modelnet10_good/bathtub_0001": (3514, 3546),
    "modelnet10_good/bathtub_0002": (700, 664),
    "modelnet10_good/bathtub_0004": (2842, 3519),
    "other/chair_3dshapenets": (18515, 26870),
    "other/comments": (8, 12),
    "other/whitespace": (8, 12),
    "other/ballA": (1900, 3796),
    "other/diamond": (6, 8),
    "other/diamond_color": (6, 8),
}
MAY_FAIL = {
    "diamond.laz": "lazrs",
    "diamond_with_bool.ply": "bool",
    "empty.obj": "no points",
    "empty.ply": "no points",
    "empty.stl": "no points",
    "fuze_ascii.ply": "end-of-line",
    "ply_empty_header.ply": "vertex",
}


def file(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def distinct(points: np.ndarray) -> set[tuple[float, ...]]:
    return {tuple(row) for row in np.asarray(points, np.float64).tolist()}


def refusal(path: Path) -> str:
    with pytest.raises(FormatError) as caught:
        read_shape(path)
    assert path.name in caught.value.sentence
    return caught.value.sentence


@pytest.mark.parametrize("kind", kinds())
def test_that_every_format_gives_back_the_corners(tmp_path, kind):
    shape = read_shape(write(tmp_path, kind))
    assert shape.vertices.dtype == np.float64
    assert distinct(shape.vertices) == distinct(CORNERS)


@pytest.mark.parametrize("kind", MESHES)
def test_that_a_mesh_has_the_area_of_the_cube(tmp_path, kind):
    shape = read_shape(write(tmp_path, kind))
    assert len(shape.faces) == 12
    assert face_areas(shape.vertices, shape.faces).sum() == pytest.approx(6 * 2 * 2)


@pytest.mark.parametrize("kind", MESHES)
def test_that_clouds_of_a_mesh_lie_on_its_surface(tmp_path, kind):
    cloud = read_cloud(write(tmp_path, kind), 500, rng())
    assert cloud.shape == (500, 3)
    assert cloud.dtype == np.float32
    assert np.abs(cloud.mean(axis=0)).max() < 1e-6
    assert np.linalg.norm(cloud, axis=1).max() == pytest.approx(1, abs=1e-6)
    # Each point lies on one of six planes: along some axis it is as far out as any point is.
    low, high = cloud.min(axis=0), cloud.max(axis=0)
    out = np.minimum(np.abs(cloud - low), np.abs(cloud - high)).min(axis=1)
    assert out.max() < 1e-5


def test_that_every_known_ending_has_a_reader_and_no_other():
    assert {".off", ".obj", ".stl", ".ply", ".pcd", ".xyz", ".pts", ".txt"} <= suffixes()
    assert {".las", ".laz", ".npy", ".npz", ".h5", ".hdf5"} <= suffixes()
    assert ".exe" not in suffixes()


def test_that_capital_endings_are_known_too(tmp_path):
    path = write(tmp_path, "off")
    assert len(read_shape(path.rename(tmp_path / "CUBE.OFF")).vertices) == 8


@pytest.mark.parametrize(
    "head", ["OFF8 6 0\n", "OFF 8 6 12 # c\n", "\t OFF8 6\n", "# c\nOFF\n\n8 6 0\n"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_that_off_headers_of_all_sorts_are_understood(tmp_path, head, end):
    plain = write(tmp_path, "off").read_text().removeprefix("OFF\n8 6 0\n")
    path = file(tmp_path, "odd.off", (head + plain).replace("\n", end))
    assert distinct(read_shape(path).vertices) == distinct(CORNERS)
    assert len(read_shape(path).faces) == 12


def test_that_colours_and_normals_of_off_vertices_are_not_taken_for_points(tmp_path):
    coloured = read_shape(
        file(tmp_path, "a.off", "COFF\n3 1 0\n" + "1 2 3 255 0 0 255\n" * 3 + "3 0 1 2 9 9 9\n")
    )
    assert coloured.vertices.tolist() == [[1, 2, 3]] * 3
    assert coloured.normals is None
    turned = read_shape(
        file(tmp_path, "b.off", "NOFF\n3 1 0\n" + "1 2 3 0 0 1\n" * 3 + "3 0 1 2\n")
    )
    assert turned.normals.tolist() == [[0, 0, 1]] * 3


def test_that_polygons_of_several_sizes_become_triangles(tmp_path):
    points = "0 0 0\n2 0 0\n3 1 0\n2 2 0\n0 2 0\n"
    path = file(tmp_path, "mixed.off", f"OFF\n5 3 0\n{points}5 0 1 2 3 4\n3 0 1 2\n2 0 1\n")
    shape = read_shape(path)
    assert len(shape.faces) == 3 + 1
    # The pentagon is a square of 2 x 2 with a gable of area 1; the triangle has area 1.
    assert face_areas(shape.vertices, shape.faces).sum() == pytest.approx(5 + 1)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("PLY\n", "the word OFF"),
        ("OFF BINARY\n", "binary"),
        ("4OFF\n1 1 1\n", "three dimensions"),
        ("OFF\nmany 6 0\n", "how many"),
        ("OFF\n9 1 0\n1 2 3\n", "tells of 9 vertices"),
        ("OFF\n3 1 0\n1 2 3\n1 2 3\n1 2 3\n", "ends after 0 of 1"),
        ("OFF\n3 1 0\n1 2\n1 2 3\n1 2 3\n3 0 1 2\n", "3 numbers"),
        ("OFF\n3 1 0\n1 2 3\n1 2 3\n1 2 3\n3 0 1 3\n", "vertex 3, but there are 3"),
        ("OFF\n3 1 0\n1 2 3\n1 2 3\n1 2 3\n3 0 1 -1\n", "vertex -1"),
        ("OFF\n3 1 0\n1 2 3\n1 2 3\n1 2 3\n3 0 1 0.5\n", "vertex 0.5"),
        ("OFF\n3 1 0\n1 2 3\n1 2 3\n1 2 3\n2000000000 0 1 2\n", "2000000000 corners"),
        ("OFF\n3 1 0\n1 2 3\n1 2 3\n1 2 3\n5 0 1 2\n", "6 numbers|5 numbers"),
    ],
)
def test_that_a_damaged_off_file_is_explained(tmp_path, text, why):
    assert any(part in refusal(file(tmp_path, "bad.off", text)) for part in why.split("|"))


def test_that_negative_obj_indices_count_back_from_their_line(tmp_path):
    text = "v 0 0 0\nv 1 0 0\nv 0 1 0\nf -3 -2 -1\nv 0 0 5\nv 1 0 5\nv 0 1 5\nf -3//1 -2//1 -1//1\n"
    assert read_shape(file(tmp_path, "a.obj", text)).faces.tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize("face", ["1 2 0", "1 2 4", "1 2 -4", "1 2 x"])
def test_that_obj_faces_that_point_nowhere_are_refused(tmp_path, face):
    assert "a face" in refusal(file(tmp_path, "a.obj", f"v 0 0 0\nv 1 0 0\nv 0 1 0\nf {face}\n"))


def test_that_obj_materials_are_never_opened(tmp_path):
    os.mkfifo(tmp_path / "no.mtl")  # opening it would wait for ever
    assert len(read_shape(write(tmp_path, "obj")).vertices) == 8


def test_that_stl_files_that_are_not_whole_are_refused(tmp_path):
    data = write(tmp_path, "stl").read_bytes().replace(b"solid but", b"not text ")
    assert "tells of 12 triangles" in refusal(file(tmp_path, "a.stl", data[:-1]))
    assert "neither" in refusal(file(tmp_path, "b.stl", data[:50]))
    text = "solid\nvertex 0 0 0\nvertex 1 0 0\n"
    assert "not whole" in refusal(file(tmp_path, "c.stl", text))


def test_that_ply_faces_of_several_sizes_and_normals_are_read(tmp_path):
    text = (
        "ply\nformat ascii 1.0\nelement vertex 4\nproperty float x\nproperty float y\n"
        "property float z\nproperty float nx\nproperty float ny\nproperty float nz\n"
        "element face 2\nproperty list uchar int vertex_index\nend_header\n"
        "0 0 0 0 0 1\n1 0 0 0 0 1\n1 1 0 0 0 1\n0 1 0 0 0 1\n4 0 1 2 3\n3 0 1 2\n"
    )
    shape = read_shape(file(tmp_path, "a.ply", text))
    assert face_areas(shape.vertices, shape.faces).sum() == pytest.approx(1 + 0.5)
    assert shape.normals.tolist() == [[0, 0, 1]] * 4


def test_that_binary_ply_quads_are_read_where_triangles_were_expected(tmp_path):
    head = write(tmp_path, "ply").read_bytes().replace(b"face 12", b"face 1")
    start = head.index(b"end_header\n") + len(b"end_header\n") + 8 * 12
    path = file(tmp_path, "quad.ply", head[:start] + b"\x04" + np.arange(4, dtype="<i4").tobytes())
    assert read_shape(path).faces.tolist() == [[0, 1, 2], [0, 2, 3]]


def test_that_missing_measurements_of_a_pcd_file_are_dropped(tmp_path):
    lines = rows(np.c_[CORNERS, np.zeros(8)]) + "nan nan nan 0\n" * 20
    shape = read_shape(file(tmp_path, "a.pcd", pcd("ascii", 28) + lines))
    assert distinct(shape.vertices) == distinct(CORNERS)


def test_that_pcd_fields_are_found_by_name_and_may_be_wide(tmp_path):
    head = "FIELDS f z y x\nSIZE 4 8 8 8\nTYPE F F F F\nCOUNT 33 1 1 1\nPOINTS 2\nDATA binary\n"
    body = b"".join(bytes(132) + np.array(z, "<f8").tobytes() for z in ([3, 2, 1], [6, 5, 4]))
    shape = read_shape(file(tmp_path, "a.pcd", head.encode() + body))
    assert shape.vertices.tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    "text",
    [
        "x,y,z\n1,2,3\n4,5,6\n",
        "//X Y Z\n1 2 3\n4 5 6\n",
        "2\n1 2 3\n4 5 6\n",
        "1;2;3\n# c\n\n4;5;6",
    ],
)
def test_that_first_lines_and_separators_of_text_clouds_are_understood(tmp_path, text):
    assert read_shape(file(tmp_path, "a.xyz", text)).vertices.tolist() == [[1, 2, 3], [4, 5, 6]]


def test_that_columns_are_normals_only_when_they_are_of_length_one(tmp_path):
    normals = read_shape(file(tmp_path, "a.txt", "1,2,3,0,0,1\n4,5,6,0.6,0.8,0\n"))
    assert normals.normals.tolist() == [[0, 0, 1], [0.6, 0.8, 0]]
    assert read_shape(file(tmp_path, "b.txt", "1,2,3,255,0,0\n4,5,6,0,9,0\n")).normals is None


def test_that_a_text_cloud_with_fewer_points_than_announced_is_refused(tmp_path):
    assert "announces 3 points and holds 2" in refusal(file(tmp_path, "a.pts", "3\n1 2 3\n4 5 6\n"))


def test_that_records_and_batches_of_one_are_read_from_arrays(tmp_path):
    np.save(tmp_path / "a.npy", CORNERS[None].astype(np.float32, order="F"))
    records = np.zeros(8, [("z", "f4"), ("y", "f8"), ("x", "i2")])
    records["x"], records["y"], records["z"] = CORNERS.T
    np.savez(tmp_path / "b.npz", other=np.zeros(3), cloud=records)
    np.save(tmp_path / "c.npy", np.asfortranarray(CORNERS))
    for name in ("a.npy", "b.npz", "c.npy"):
        assert read_shape(tmp_path / name).vertices.tolist() == CORNERS.tolist()


def test_that_arrays_that_are_no_cloud_are_refused(tmp_path):
    for number, array in enumerate((np.zeros((5, 8, 3)), np.zeros(7), np.zeros((4, 3), "U3"))):
        np.save(tmp_path / f"{number}.npy", array)
        assert "not one cloud" in refusal(tmp_path / f"{number}.npy")
    np.savez(tmp_path / "none.npz", a=np.zeros(7))
    assert "no array of points" in refusal(tmp_path / "none.npz")


def test_that_survey_coordinates_lose_nothing(tmp_path):
    # 0.1 mm steps at UTM distance: float32 there has steps of 0.5 m.
    small = rng(1).random((300, 3))
    near = read_cloud(file(tmp_path, "near.xyz", rows_exact(small)), 300, rng())
    far = read_cloud(
        file(tmp_path, "far.xyz", rows_exact(small + np.array([665187, 5648349, 241]))), 300, rng()
    )
    assert np.abs(near - far).max() < 1e-6


def rows_exact(table: np.ndarray) -> str:
    return "".join(" ".join(f"{value:.10f}" for value in row) + "\n" for row in table)


def test_that_fewer_points_are_used_equally_often(tmp_path):
    cloud = read_cloud(write(tmp_path, "xyz"), 20, rng())
    _, counts = np.unique(cloud, axis=0, return_counts=True)
    assert sorted(counts) == [2] * 4 + [3] * 4


def test_that_more_points_are_drawn_without_repetition(tmp_path):
    path = file(tmp_path, "many.xyz", rows(rng(2).random((500, 3))))
    cloud = read_cloud(path, 100, rng(5))
    assert len(np.unique(cloud, axis=0)) == 100
    assert np.array_equal(cloud, read_cloud(path, 100, rng(5)))
    assert not np.array_equal(cloud, read_cloud(path, 100, rng(6)))


def test_that_a_few_unusable_points_are_dropped_and_many_refused(tmp_path):
    good = rows(rng(3).random((99, 3)))
    assert len(read_shape(file(tmp_path, "a.xyz", good + "nan 1 2\n")).vertices) == 99
    assert "8% of its points" in refusal(
        file(tmp_path, "b.xyz", good + "1 inf 2\n" * 8 + "1 1e31 0\n")
    )


def test_that_triangles_of_unusable_corners_go_and_the_others_stay(tmp_path):
    points = "0 0 0\nnan 0 0\n1 0 0\n0 1 0\n" + "0 0 0\n" * 40
    path = file(tmp_path, "a.off", f"OFF\n44 2 0\n{points}3 0 1 2\n3 0 2 3\n")
    shape = read_shape(path)
    assert shape.vertices[shape.faces].tolist() == [[[0, 0, 0], [1, 0, 0], [0, 1, 0]]]


@pytest.mark.parametrize("text", ["5 5 5\n", "5 5 5\n" * 9, "1e6 0 0\n1000000.0000000001 0 0\n"])
def test_that_points_in_one_place_are_refused(tmp_path, text):
    with pytest.raises(FormatError, match="“a.xyz” was not read: all its points are in one place"):
        read_cloud(file(tmp_path, "a.xyz", text), 64, rng())


def test_that_a_mesh_of_flat_triangles_is_read_as_points(tmp_path):
    path = file(tmp_path, "a.off", "OFF\n3 1 0\n0 0 0\n1 0 0\n2 0 0\n3 0 1 2\n")
    assert len(np.unique(read_cloud(path, 30, rng()), axis=0)) == 3


def test_that_points_drawn_from_one_place_are_refused(tmp_path):
    path = file(tmp_path, "a.xyz", "5 5 5\n" * 5000 + "6 6 6\n")
    with pytest.raises(FormatError, match="in one place"):
        read_cloud(path, 16, rng())


def test_that_blank_lines_anywhere_change_nothing(tmp_path):
    path = write(tmp_path, "off")
    wanted = read_shape(path)
    lines = path.read_text().splitlines()
    for where in range(1, len(lines) + 1):
        text = "\n".join([*lines[:where], " \t", "", *lines[where:], "  "])
        found = read_shape(file(tmp_path, "blank.off", text))
        assert np.array_equal(found.vertices, wanted.vertices)
        assert np.array_equal(found.faces, wanted.faces)


def test_that_files_of_absurd_size_are_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.formats.bounded.MAX_BYTES", 10)
    assert "larger than" in refusal(write(tmp_path, "off"))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("vertex 8", "vertex many", "makes no sense"),
        ("float x", "float x y", "makes no sense"),
        ("element vertex 8", "element vertex " + "9" * 30, "than any file holds"),
        ("float x", "float q", "no x, y and z"),
        ("vertex_indices", "corners", "no “vertex_indices”"),
        ("element vertex", "element points", "no element “vertex”"),
        ("\n3 0 1 3", "\n3 0 1 8", "vertex 8"),
    ],
)
def test_that_a_damaged_ply_header_is_explained(tmp_path, old, new, why):
    text = write(tmp_path, "text.ply").read_text()
    assert old in text
    assert why in refusal(file(tmp_path, "bad.ply", text.replace(old, new, 1)))


def test_that_npy_files_of_an_unknown_version_are_refused(tmp_path):
    data = bytearray(write(tmp_path, "npy").read_bytes())
    data[6] = 9
    assert refusal(file(tmp_path, "a.npy", bytes(data)))
    with (tmp_path / "b.npy").open("wb") as npy:
        np.lib.format.write_array(npy, CORNERS, version=(3, 0))
    assert "version" in refusal(tmp_path / "b.npy")


def test_that_what_is_no_file_is_refused(tmp_path):
    (tmp_path / "folder.off").mkdir()
    os.mkfifo(tmp_path / "pipe.off")
    assert "no such file" in refusal(tmp_path / "gone.off")
    assert "not a regular file" in refusal(tmp_path / "folder.off")
    assert "not a regular file" in refusal(tmp_path / "pipe.off")
    assert "empty" in refusal(file(tmp_path, "empty.ply", ""))
    assert "not known" in refusal(file(tmp_path, "program.exe", "MZ"))


def test_that_the_counts_of_the_real_meshes_are_right(real_data):
    for name, counts in OFF_COUNTS.items():
        shape = read_shape(real_data / "off_samples" / f"{name}.off")
        assert (len(shape.vertices), len(shape.faces)) == counts, name
    assert len(list((real_data / "off_samples").rglob("*.off"))) == len(OFF_COUNTS)


def test_that_glued_and_proper_headers_give_the_same_real_mesh(real_data):
    glued = read_shape(real_data / "off_samples/modelnet40_broken_header/bathtub_0001.off")
    proper = read_shape(real_data / "off_samples/modelnet10_good/bathtub_0001.off")
    assert np.array_equal(glued.vertices, proper.vertices)
    assert np.array_equal(glued.faces, proper.faces)


def test_that_every_real_sample_opens_or_says_why_not(real_data):
    failed = {}
    for path in sorted((real_data / "format_samples").glob("*/*")):
        if path.suffix not in suffixes():
            continue
        try:
            cloud = read_cloud(path, 256, rng())
            assert np.isfinite(cloud).all(), path.name
        except FormatError as error:
            failed[path.name] = error.sentence
    assert failed.keys() <= MAY_FAIL.keys()
    assert all(MAY_FAIL[name] in sentence for name, sentence in failed.items())


def test_that_real_point_counts_are_those_the_files_announce(real_data):
    counts = {
        "open3d/bunnyData.pts": 30571,
        "open3d/cloud_bin_0.pcd": 3903,
        "pcl/lamppost.pcd": 1771,
        "pcl/milk.pcd": 12575,
        "trimesh/bunny.ply": 8171,
        "trimesh/points_emptyface.ply": 1024,
        "pyntcloud/has_offsets.las": 20,
        "pyntcloud/diamond.npz": 6,
    }
    for name, count in counts.items():
        assert len(read_shape(real_data / "format_samples" / name).vertices) == count, name


def test_that_real_meshes_have_the_area_that_trimesh_finds(real_data):
    trimesh = pytest.importorskip("trimesh")
    names = (
        "20mm-xyz-cube.stl two_objects_mixed_case_names.stl negative_indices.obj "
        "polygonfaces.obj cube_compressed.obj nancolor.obj suzanne.ply bunny.ply"
    )
    for name in names.split():
        path = real_data / "format_samples/trimesh" / name
        shape = read_shape(path)
        theirs = trimesh.load(path, force="mesh", process=False, skip_materials=True)
        ours = face_areas(shape.vertices, shape.faces).sum()
        assert ours == pytest.approx(theirs.area, rel=1e-5), name


def test_that_a_ply_that_is_cut_short_is_told_in_plain_words(tmp_path):
    header = "ply\nformat ascii 1.0\nelement vertex 5000\nproperty float x\nproperty float y\n"
    path = file(tmp_path, "a.ply", f"{header}property float z\nend_header\n0 0 0\n")
    assert "tells of 5000 points" in refusal(path)
    assert "cut short" in refusal(path)
