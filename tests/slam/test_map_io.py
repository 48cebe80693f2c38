import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from robot.types import GridMap, LetanError, Pose
from slam.map_io import FREE_COLOUR, PATH_COLOUR, UNKNOWN_COLOUR, WALL_COLOUR, draw_map, load_map, save_map


@given(
    arrays(np.int8, array_shapes(min_dims=2, max_dims=2, max_side=12), elements=st.sampled_from([-1, 0, 100])),
    st.floats(0.01, 1.0),
    st.floats(-1e3, 1e3),
    st.floats(-1e3, 1e3),
)
def test_a_map_comes_back_as_it_was_saved(tmp_path_factory, cells, resolution, x, y):
    path = tmp_path_factory.mktemp("map") / "map.yaml"
    save_map(GridMap(cells, resolution, Pose(x, y, 0.0)), path)
    found = load_map(path)
    assert (found.cells == cells).all()
    assert (found.resolution, found.origin) == (resolution, Pose(x, y, 0.0))


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "map.yaml"
    save_map(GridMap(np.array([[100, 0], [-1, 0]], np.int8), 0.05, Pose(-1.0, 2.0, 0.0)), path)
    return path


def test_the_first_row_of_the_picture_is_the_top_of_the_map(saved):
    with Image.open(saved.with_suffix(".pgm")) as picture:
        assert np.asarray(picture).tolist() == [[205, 254], [0, 254]]
        assert picture.format == "PPM"


def test_a_negated_map_is_read_the_other_way_round(saved):
    text = saved.read_text().replace("negate: 0", "negate: 1")
    saved.write_text(text)
    assert load_map(saved).cells.tolist() == [[0, 100], [100, 100]]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("resolution: 0.05", "resolution: 0"), "resolution: Input should be greater than 0"),
        (("resolution: 0.05", "resolution: .nan"), "resolution: Input should be a finite number"),
        (("resolution: 0.05", "resolution: fine"), "resolution: Input should be a valid number"),
        (("resolution: 0.05\n", ""), "resolution: Field required"),
        (("image: map.pgm", "image: gone.pgm"), "gone.pgm: cannot be read"),
        (("image: map.pgm", "image: map.yaml"), "map.yaml: is not a picture"),
        (("mode: trinary", "mode: raw"), "mode is 'raw'"),
        (("2.0, 0.0]", "2.0, 0.5]"), "origin is turned"),
        (("negate: 0", "negate: [0"), "map.yaml:6"),
        (("image: map.pgm", "- x"), "map.yaml:2"),
    ],
)
def test_a_broken_map_gives_one_message_that_names_the_file(saved, change, says):
    saved.write_text(saved.read_text().replace(*change))
    with pytest.raises(LetanError, match=r"map\.|gone\.") as caught:
        load_map(saved)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"just words", b"- a\n- b\n"])
def test_a_file_that_is_no_map_is_refused(tmp_path, content):
    path = tmp_path / "map.yaml"
    path.write_bytes(content)
    with pytest.raises(LetanError, match=r"map\.yaml"):
        load_map(path)


def test_a_truncated_picture_is_refused(saved):
    image = saved.with_suffix(".pgm")
    image.write_bytes(image.read_bytes()[:-2])
    with pytest.raises(LetanError, match=r"map\.pgm"):
        load_map(saved)


def test_a_missing_map_is_named(tmp_path):
    with pytest.raises(LetanError, match=r"none\.yaml: cannot be read"):
        load_map(tmp_path / "none.yaml")


def test_the_picture_shows_unknown_free_walls_and_the_path():
    cells = np.zeros((40, 40), np.int8)
    cells[30:] = -1
    cells[0] = 100
    picture = draw_map(GridMap(cells, 0.1, Pose(0.0, 0.0, 0.0)), np.array([[1.0, 1.0], [3.0, 1.0]]))
    colours = {colour for _, colour in picture.getcolors()}
    assert colours == {UNKNOWN_COLOUR, FREE_COLOUR, WALL_COLOUR, PATH_COLOUR}
    scale = picture.width // 40
    assert picture.getpixel((20 * scale, 30 * scale)) == PATH_COLOUR
    assert picture.getpixel((0, picture.height - 1)) == WALL_COLOUR
