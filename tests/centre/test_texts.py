"""A site's texts: each language has every key, and no brace stands alone."""

import pytest

from centre.texts import load_texts
from robot.types import LetanError


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "texts").mkdir()
    for language in ("vi", "en"):
        (tmp_path / "texts" / f"{language}.yaml").write_text("speech:\n  here: At {door}.\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("speech:\n  here: At {door.\n", "vi.yaml:2:9: a `{` or `}` stands alone"),
        ("speech:\n  here: At {0}.\n", "vi.yaml:2:9: `{0}` is no placeholder"),
        ("speech:\n  here: 5\n", "vi.yaml:2:9: expected a text, got 5"),
        ("speech:\n  heer: At {door}.\n", "vi.yaml:2:9: `speech.heer` is missing in texts/en.yaml"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(folder, text, complaint):
    (folder / "texts" / "vi.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(LetanError) as caught:
        load_texts(folder, ("vi", "en"))
    assert complaint in str(caught.value)


def test_sound_texts_are_flat(folder):
    own = {key: words for key, words in load_texts(folder, ("vi", "en"))["en"].items() if key == "speech.here"}
    assert own == {"speech.here": "At {door}."}


def test_what_a_site_has_no_words_for_is_said_in_those_common_to_all(tmp_path):
    (tmp_path / "texts").mkdir()
    for language, words in (("vi", "Xin chào ạ."), ("en", "Hello.")):
        (tmp_path / "texts" / f"{language}.yaml").write_text(f"speech:\n  greet: {words}\n  rush: {words}\n")
    texts = load_texts(tmp_path, ("vi", "en"))
    assert texts["vi"]["speech.rush"] == "Xin chào ạ.", "its own words come first"
    assert texts["vi"]["speech.held"].startswith("Dạ, em không di chuyển được")
    assert texts["en"].keys() == texts["vi"].keys()
