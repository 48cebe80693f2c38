"""The documentation as a site: no link leads nowhere, and nothing is loaded from elsewhere."""

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOADS = {"src", "srcset", "poster", "data", "background"}  # attributes that make a browser fetch at once
ELSEWHERE = re.compile(r"\s*(https?:)?//", re.IGNORECASE)
IN_STYLE = re.compile(r"(?:url\(|@import)\s*[\"']?\s*((?:https?:)?//[^\"')\s]+)", re.IGNORECASE)


class Loaded(HTMLParser):
    """What a page makes a browser fetch: everything but the links that somebody has to click."""

    def __init__(self):
        super().__init__()
        self.addresses = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in LOADS or (name == "href" and tag not in ("a", "area")):
                self.addresses.append(value or "")
            if name == "style":
                self.addresses += IN_STYLE.findall(value or "")

    def handle_data(self, data):
        if self.cdata_elem == "style":
            self.addresses += IN_STYLE.findall(data)


def elsewhere(text, is_page):
    """The addresses outside the site that a page or a style sheet loads."""
    if not is_page:
        return IN_STYLE.findall(text)
    page = Loaded()
    page.feed(text)
    return [address for address in page.addresses if ELSEWHERE.match(address)]


def build(target, source=ROOT / "docs"):
    command = [ROOT / "scripts" / "docs", target, source]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    built = build(folder)
    assert built.returncode == 0, built.stderr
    return folder


def test_every_page_of_the_docs_is_in_the_site(site):
    sources = {path.relative_to(ROOT / "docs").with_suffix("") for path in (ROOT / "docs").rglob("*.md")}
    pages = {path.relative_to(site).with_suffix("") for path in site.rglob("*.html")}
    assert sources
    assert sources <= pages


def test_the_site_loads_nothing_from_elsewhere(site):
    pages, styles = [*site.rglob("*.html")], [*site.rglob("*.css")]
    assert pages
    assert styles
    found = {path.name: elsewhere(path.read_text(encoding="utf-8"), path in pages) for path in (*pages, *styles)}
    assert {name: addresses for name, addresses in found.items() if addresses} == {}


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://a.example/x.js"></script>',
        '<link rel="stylesheet" href="//a.example/x.css">',
        '<img src="http://a.example/x.png">',
        '<p style="background: url(https://a.example/x.png)">',
        "<style>@import 'https://a.example/x.css';</style>",
    ],
)
def test_what_is_loaded_from_elsewhere_is_found(text):
    assert elsewhere(text, is_page=True) != []
    assert elsewhere('<a href="https://a.example/">there</a> <img src="x.png">', is_page=True) == []


def test_a_style_sheet_that_loads_from_elsewhere_is_found():
    assert elsewhere("@font-face { src: url('https://a.example/x.woff2') }", is_page=False) != []
    assert elsewhere("p { background: url(x.png) } /* https://a.example/ */", is_page=False) == []


def test_every_link_that_leads_nowhere_fails(tmp_path):
    links = ["[there](nowhere.md)", "[there](index.md#nowhere)", "![there](nowhere.png)"]
    source = tmp_path / "docs"
    source.mkdir()
    (source / "index.md").write_text("# Here\n\n[here](index.md#here)\n\n" + "\n\n".join(links) + "\n")
    broken = build(tmp_path / "broken", source)
    assert broken.returncode != 0
    assert set(re.findall(r"index\.md:(\d+): WARNING.*nowhere", broken.stderr)) == {"5", "7", "9"}
