"""The words of the shipped site on the pages: nothing that a citizen must know is cut."""

import re
from itertools import product
from pathlib import Path

import pytest

from hmi.items import Text
from hmi.pages import make
from robot.pages import Paper, ProcedureContent, SearchContent, ServicesContent, Tile, WhichOneContent
from robot.types import Modes, ScreenState
from text.yaml12 import read_yaml

SITE = Path(__file__).parents[2] / "sites" / "cua_nam"
PROCEDURES = {
    name: data for path in (SITE / "procedures").glob("*.yaml") for name, data in read_yaml(path).data.items()
}
MODES = (Modes(), Modes(large_text=True), Modes(low=True))


def words(procedure, key, language):
    value = procedure.get(key) or ""
    return value.get(language, "") if isinstance(value, dict) else str(value)


def shown(page, content, language, modes, texts):
    items = make(ScreenState(page, content, language, modes=modes), texts).items
    return " ".join(item.text for item in items if isinstance(item, Text))


@pytest.mark.parametrize(("language", "modes"), list(product(("vi", "en"), MODES)), ids=str)
@pytest.mark.parametrize("name", sorted(PROCEDURES))
def test_papers_fees_and_exemptions_are_shown_whole(texts, name, language, modes):
    one = PROCEDURES[name]
    papers = tuple(Paper(words(p, "title", language), words(p, "detail", language)) for p in one["papers"])
    said = {key: words(one, key, language) for key in ("name", "time", "time_note", "fee", "fee_note", "note")}
    source, checked = words(one, "source", language), words(one, "checked", language)
    content = ProcedureContent(
        id=name,
        name_en=words(one, "name", "en"),
        papers=papers,
        source=source,
        checked=checked,
        qr="x",
        door="1",
        **said,
    )
    seen = shown("procedure", content, language, modes, texts)
    assert "…" not in seen
    for needed in (*(paper.title for paper in papers), content.fee, content.fee_note, content.note):
        assert needed in seen


@pytest.mark.parametrize(("language", "modes"), list(product(("vi", "en"), MODES)), ids=str)
@pytest.mark.parametrize("name", sorted(PROCEDURES))
def test_names_of_procedures_fit_their_tiles(texts, name, language, modes):
    one = PROCEDURES[name]
    said = {key: words(one, key, language) for key in ("detail", "time", "fee")}
    tile = Tile(name, words(one, "short", language) or words(one, "name", language), icon=one["icon"], **said)
    for page, content in (
        ("services", ServicesContent("", (tile,) * 8)),
        ("which_one", WhichOneContent("", (tile,) * 3)),
        ("search", SearchContent("a", (tile,) * 3)),
    ):
        assert "…" not in shown(page, content, language, modes, texts)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_search_page_on_which_nothing_was_typed_says_how_to_type(texts, language):
    assert texts[language]["screen.search.hint"] in shown("search", SearchContent(), language, Modes(), texts)


def test_every_text_that_a_page_names_is_one_of_the_sites(texts):
    named = set()
    for path in (Path(__file__).parents[2] / "hmi" / "pages").glob("*.py"):
        named |= set(re.findall(r'\bd\.(?:t|sub)\("([^"{}]+)"', path.read_text(encoding="utf-8")))
    assert len(named) > 60
    for language, words in texts.items():
        assert sorted(key for key in named if f"screen.{key}" not in words) == [], language
