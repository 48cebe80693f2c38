"""A tree as a picture: no card covers another, all of it is in sight at first, and it is zoomed and dragged."""

from xml.etree import ElementTree

import pytest

from behaviours.language.reader import check_tree
from letan.setup import TREES
from letan.workbench.picture import as_html, as_svg
from letan.workbench.tree_files import around_of

SIGHT = """[...document.querySelectorAll('svg g rect')].map(card => card.getBoundingClientRect()).every(box =>
    box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight)"""
LEFT = "document.querySelector('svg g rect').getBoundingClientRect().left"


@pytest.fixture
def shown(browser, tmp_path):
    path = tmp_path / "reception.html"
    path.write_text(as_html(check_tree(TREES / "reception.yaml", around_of("cua_nam")), True), encoding="utf-8")
    browser.open(path.as_uri())
    browser.until("document.body?.className === 'zooms'")
    return browser


def mouse(browser, kind, x, y, **more):
    browser.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)


def test_the_whole_tree_is_in_sight_at_first_in_any_window(shown):
    for width, height in ((1500, 1000), (800, 600)):
        shown.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        shown.until(f"innerWidth === {width} && {SIGHT}")


def test_the_wheel_zooms_at_the_pointer_the_hand_drags_and_buttons_bring_all_back(shown):
    under = "document.elementFromPoint(400, 300)"
    mouse(shown, "mouseWheel", 400, 300, deltaX=0, deltaY=-900)
    shown.until("scale > 2 * widest()")
    at = shown.value("[left + 400 / scale, top_ + 300 / scale]")
    mouse(shown, "mouseWheel", 400, 300, deltaX=0, deltaY=-300)
    before = shown.value("scale")
    shown.until(f"scale >= {before} && Math.abs(left + 400 / scale - {at[0]}) < 1 && {under} !== null")
    begins = shown.value(LEFT)
    mouse(shown, "mousePressed", 400, 300, button="left", clickCount=1)
    mouse(shown, "mouseMoved", 340, 300, button="left", buttons=1)
    mouse(shown, "mouseReleased", 340, 300, button="left", clickCount=1)
    shown.until(f"Math.abs({LEFT} - ({begins} - 60)) < 1")
    shown.value("document.getElementById('full').click()")
    assert shown.value("scale") == 1
    assert not shown.value(SIGHT)
    shown.value("document.getElementById('fit').click()")
    assert shown.value(SIGHT)


def test_no_card_of_a_picture_covers_another():
    drawn = ElementTree.fromstring(as_svg(check_tree(TREES / "reception.yaml", around_of("cua_nam")), True))
    boxes = [
        tuple(float(rect.get(key)) for key in ("x", "y", "width", "height"))
        for rect in drawn.iter("{http://www.w3.org/2000/svg}rect")
        if rect.get("rx")
    ]
    assert len(boxes) > 50
    for index, (x, y, w, h) in enumerate(boxes):
        for u, v, s, t in boxes[index + 1 :]:
            assert x + w <= u or u + s <= x or y + h <= v or v + t <= y
        assert x + w < float(drawn.get("width"))
        assert y + h < float(drawn.get("height"))


def test_show_writes_values_as_the_file_does(letan, tmp_path):
    path = tmp_path / "main.yaml"
    path.write_text("tree: main\nabout: A test.\nlet: {busy: false, rounds: 0, rest: 3 min}\nroot: {wait: 5 s}\n")
    out = letan("trees", "show", path)[1]
    assert "let busy: bool, false" in out
    assert "let rounds: number, 0" in out
    assert "let rest: time, 3 min" in out
