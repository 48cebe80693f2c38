"""What libyaml stumbles over is told where it was done, with what to write; other complaints stay as they are."""

import pytest

from robot.types import LetanError
from text.yaml12 import read_yaml

UP = "line it up with `left` above, in column 3"


def complaint(folder, text):
    path = folder / "cart.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LetanError) as caught:
        read_yaml(path)
    return str(caught.value).removeprefix(f"{folder}/")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name:cart\nsize: 5\n", "1:6: a space is missing after `name:`"),
        ("name: cart\nsize:5\n", "2:6: a space is missing after `size:`"),
        ("wheels:\n  - left: 1\n  -right: 2\n", "3:3: a space is missing after `-`"),
        ("wheels:\n  -left: 1\n  - right: 2\n", "2:3: a space is missing after `-`"),
        ("wheels:\n  - left: 1\n\n  # the other\n  -right\n", "5:3: a space is missing after `-`"),
        ("wheels\n  left: 1\n", "1:7: a `:` is missing after `wheels`"),
        ("wheels  # two\n  left: 1\n", "1:7: a `:` is missing after `wheels`"),
        (
            "wheels:\n  left: 1\n    right: 2\n",
            "3:5: `right` is indented too far: line it up with `left` above, in column 3",
        ),
        (
            "wheels:\n  left: 1\n right: 2\n",
            "3:2: `right` is indented too little: line it up with `left` above, in column 3",
        ),
        ("name: cart: red\n", "1:11: not YAML: a second `:` in one line"),
        ("about: a long text\n  with words and: a colon\n", "2:17: not YAML: a second `:` in one line"),
        ("wheels:\n  - left\n - right\n", "3:2: this `- ` does not line up with that of line 2, in column 3"),
        ("text  # and\nmore: 5 and\nless\n", "1:5: a `:` is missing after `text`"),
        ("a: 1\n---\nb: 2\n", "2:1: not YAML: a file is one document"),
        ("a: !b\n", "1:4: `!b` is a tag, which is not supported: put the text in quotes, or write `not b`"),
    ],
)
def test_a_slip_is_told_where_it_was_made(tmp_path, text, expected):
    assert f"cart.yaml:{expected}" in complaint(tmp_path, text)
