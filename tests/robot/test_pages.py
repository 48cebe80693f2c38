"""Each page of the screen is declared once, and every room's part in it follows from there."""

from typing import get_args

from robot.pages import PAGES, PageName


def test_every_name_is_declared_and_names_itself():
    assert tuple(sorted(PAGES)) == tuple(sorted(get_args(PageName)))
    assert all(page.name == name for name, page in PAGES.items())


def test_what_a_page_tells_is_a_field_of_its_content():
    for page in PAGES.values():
        assert not page.tells or page.tells in page.content.__slots__, page
