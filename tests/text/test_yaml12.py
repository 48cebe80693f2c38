"""The reader of every file that a designer writes."""

from pathlib import Path
from typing import Literal

import pytest

from robot.types import LetanError
from text.validation import validate
from text.yaml12 import Document, Model, read_yaml


class Wheel(Model):
    radius: float
    side: Literal["left", "right"] = "left"


class Cart(Model):
    name: str
    wheels: tuple[Wheel, ...] = ()
    parts: dict[str, Wheel] | None = None


def document(tmp_path: Path, text: str) -> Document:
    path = tmp_path / "cart.yaml"
    path.write_text(text, encoding="utf-8")
    return read_yaml(path)


def complaint(tmp_path: Path, text: str, model: type[Model] = Cart) -> str:
    with pytest.raises(LetanError) as caught:
        validate(document(tmp_path, text), model)
    return str(caught.value).replace(str(tmp_path) + "/", "")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("10:30", "10:30"),
        ("no", "no"),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-7", -7),
        ("1_000", "1_000"),
        ("1.5e3", 1500.0),
        (".5", 0.5),
        ("-.5", -0.5),
        ("5.", 5.0),
        ("-.inf", float("-inf")),
        ("true", True),
        ("~", None),
        ("", None),
        ("'12'", "12"),
        ("2026-11-22", "2026-11-22"),
        ("<<", "<<"),
    ],
)
def test_a_scalar_is_read_as_yaml_1_2(tmp_path: Path, text: str, value: object) -> None:
    read = document(tmp_path, f"a: {text}\n").data["a"]
    assert read == value
    assert type(read) is type(value)


def test_text_arrives_in_nfc(tmp_path: Path) -> None:
    assert document(tmp_path, "a: Cu\u031b\u0309a").data["a"] == "C\u1eeda"


def test_a_position_points_at_the_value_and_skips_what_the_file_does_not_have(tmp_path: Path) -> None:
    read = document(tmp_path, "name: x\nwheels:\n  - radius: 1\n  - {radius: two}\n")
    assert read.position(("wheels", 1, "radius")) == (4, 14)
    assert read.position(("wheels", 1, "tag", "radius")) == (4, 14)
    assert read.position(("wheels", 1, "radius"), of_key=True) == (4, 6)
    assert read.position(("wheels", 7)) == (3, 3)


def test_all_problems_are_told_at_once_with_their_places_and_suggestions(tmp_path: Path) -> None:
    words = complaint(
        tmp_path,
        "nam: x\nwheels:\n  - radius: two\n  - {radius: 1, sied: left}\nparts:\n  a: {radius: 1, side: lefft}\n",
    ).splitlines()
    assert len(words) == 4  # `name` is not missing, it is misspelt
    assert "cart.yaml:1:1: unknown key `nam`; did you mean `name`?" in words
    assert any(line.startswith("cart.yaml:3:13: ") and "`two`" in line for line in words)
    assert "cart.yaml:4:17: unknown key `sied`; did you mean `side`?" in words
    assert any(line.startswith("cart.yaml:6:24: ") and "did you mean `left`?" in line for line in words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: a\nname: b\n", "cart.yaml:2:1: `name` stands here twice, first in line 1"),
        ("name: !!python/object:os.system a\n", "cart.yaml:1:7: tags"),
        ("a: &x [1]\nb: *x\n", "cart.yaml:2:4: aliases"),
        ("a: &x [*x]\n", "cart.yaml:1:8: aliases"),
        ("a: !!str 5\n", "cart.yaml:1:4: tags"),
        ("a: [1,\nb: {", "cart.yaml:"),
        ("a:\n\t- b", "not YAML"),
        ("? [a]\n: b\n", "cart.yaml:1:3: a key must be"),
        ("[" * 5000, "nested more than 100 deep"),
        ("a: \x07", "not YAML"),
        ("a: 1\n---\nb: 2\n", "not YAML"),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_place(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in complaint(tmp_path, text)


def test_a_missing_file_and_a_file_that_is_not_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LetanError, match="cannot be read"):
        read_yaml(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"a: \xff\xfe")
    with pytest.raises(LetanError, match="UTF-8"):
        read_yaml(tmp_path / "bytes.yaml")


def test_an_empty_file_is_a_missing_model_and_not_a_traceback(tmp_path: Path) -> None:
    assert complaint(tmp_path, "").startswith("cart.yaml:1:1: ")
