import re
from typing import get_args

import pytest

from hmi.fonts import fit, width, wrap
from hmi.gallery import load_samples
from hmi.pages.makers import MAKERS
from hmi.theme import Theme, contrast_ratio, load_icons, load_theme
from robot.pages import PAGES, PageName
from robot.types import LetanError
from text.validation import validate
from text.yaml12 import read_yaml


@pytest.mark.parametrize("pair", load_theme().contrast, ids=lambda pair: f"{pair[0]}-{pair[1]}")
def test_every_listed_pair_of_colours_has_its_contrast(pair):
    palette = load_theme().palette
    found = contrast_ratio(palette[pair[0]], palette[pair[1]])
    assert found >= pair[2]
    assert found == pytest.approx(pair[3], abs=0.02)


@pytest.mark.parametrize("style", ["tile", "chosen", "disabled", "primary", "voice", "voice_soft", "help"])
@pytest.mark.parametrize("high_contrast", [False, True])
def test_words_on_every_kind_of_button_are_readable(style, high_contrast):
    colours, look = load_theme().colours(high_contrast), load_theme().styles[style]
    assert contrast_ratio(colours[look.text], colours[look.face]) >= 7


def test_high_contrast_changes_every_colour_of_the_palette():
    assert load_theme().modes.high_contrast.keys() == load_theme().palette.keys()


def test_every_style_names_colours_of_the_palette():
    names = {name for style in load_theme().styles.values() for name in (style.face, style.lip, style.edge, style.text)}
    assert names - {"none"} <= load_theme().palette.keys()


def test_an_unknown_key_of_the_theme_is_named_with_its_line(tmp_path):
    source = (load_theme.__wrapped__.__code__.co_filename).replace("theme.py", "theme.yaml")
    broken = tmp_path / "theme.yaml"
    with open(source, encoding="utf-8") as file:
        broken.write_text(file.read().replace("grid: {columns:", "gird: {columns:"), encoding="utf-8")
    with pytest.raises(LetanError, match=r"theme\.yaml:\d+:\d+: unknown key `gird`"):
        validate(read_yaml(broken), Theme)


def test_every_page_of_the_contract_is_made_and_has_a_sample():
    assert MAKERS.keys() == PAGES.keys() == set(get_args(PageName))
    assert {sample.page for sample in load_samples().values()} == PAGES.keys()


def test_icons_have_strokes():
    assert all(load_icons().values())


def test_both_languages_have_the_same_keys_and_blanks(texts):
    assert texts["vi"].keys() == texts["en"].keys()
    unknown = {
        key: words
        for key, words in texts["vi"].items()
        if not set(re.findall(r"{(\w+)}", texts["en"][key])) <= set(re.findall(r"{(\w+)}", words)) | {"field", "who"}
    }
    assert not unknown


def test_lines_are_balanced_and_break_behind_commas():
    words = "bang cap, can cuoc, giay to khac"
    room = width(words, 40, False) * 0.7
    assert wrap(words, 40, False, room) == ["bang cap, can cuoc,", "giay to khac"]
    assert wrap("aaaa bbbb cccc dddd", 40, False, width("aaaa bbbb cccc", 40, False) + 5) == ["aaaa bbbb", "cccc dddd"]
    assert wrap("a\nb", 40, False, 500) == ["a", "b"]


def test_what_cannot_fit_is_cut_with_an_ellipsis_and_never_too_wide():
    size, lines = fit("a very long sentence without any hope", 64, True, 200, 1, 40)
    assert size == 40
    assert lines[0].endswith("…")
    assert width(lines[0], size, True) <= 200
