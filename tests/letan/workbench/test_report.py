"""A run as one page: hall, tree, screen and queue over one slider, with what went wrong, and nothing from elsewhere."""

import json
import re

import pytest
from PIL import Image

from letan.live_run import LiveRun
from letan.setup import open_setup
from letan.simulate import Run
from letan.workbench.recording import NAME
from letan.workbench.report import REPORT, report
from reception.events import Alarm
from robot.types import LetanError
from sim.scenario import Arrivals, load_scenario

ROBOT = """(() => { const canvas = document.getElementById('hall'), [x, y] = state().w.r;
    const [width, height] = newest.hall.size;
    const k = canvas.width / (width + 120), at = [(x - 8 + 60) * k, (height + 60 - y + 8) * k, 1, 1];
    return [...canvas.getContext('2d').getImageData(...at).data]; })()"""  # the colour 8 cm beside its middle


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A minute of `short` with two who come at once, and an alarm in the middle."""
    out = tmp_path_factory.mktemp("run")
    soon = load_scenario("short").model_copy(update={"arrivals": Arrivals(people=2, rush=1.0, rush_minutes=0.2)})
    run = Run(soon, 1, out, place=open_setup("cua_nam"))
    live = LiveRun(run, out, lambda words: None, False)
    while run.clock.now() < 60.0:
        assert live.may_step()
        run.step()
        if run.loop.turns == 800:
            run.log.record(Alarm("speech.lost"))
    live.close()
    run.finish()
    run.close()
    (out / "screens").mkdir()
    Image.new("RGB", (512, 288), "#BFE0D3").save(out / "screens" / "0.jpg")
    (out / REPORT).write_text(report(out), encoding="utf-8")
    return out


def lines(folder):
    return [json.loads(line) for line in (folder / NAME).read_text(encoding="utf-8").splitlines()]


def test_the_record_tells_twice_a_second_where_everybody_truly_is(folder):
    frames = [line for line in lines(folder) if "w" in line]
    assert 80 <= len(frames) <= 125, "nothing is told while nothing moves"
    now: dict = {}
    for frame in frames:
        now |= frame["w"]
    assert len(now["p"]) == 2
    assert now.get("b") is None, "where it believes to be is told only when that is astray"


def test_a_page_of_the_screen_is_a_picture_and_the_next_one_another(folder):
    shown = [(line["screen"], line["page"]) for line in lines(folder) if "screen" in line]
    assert shown[0][0] == 0
    assert len({page for _, page in shown}) >= 2
    assert len(dict(shown)) == len(set(shown)), "a number is one page's"


def test_what_went_wrong_is_told_once_and_being_switched_on_is_not_wrong(folder):
    assert [line["wrong"] for line in lines(folder) if "wrong" in line] == ["alarm: reason speech.lost"]


def test_the_page_opens_from_a_file_and_jumps_to_what_went_wrong(folder, browser, page):
    browser.open((folder / REPORT).as_uri())
    browser.until("typeof newest !== 'undefined' && newest.w !== null")
    assert abs(browser.value("seen") - 40.0) < 0.2
    browser.until(f"{page.text('wrong')}.includes('speech.lost')")
    browser.value(page.drag(3))
    browser.until(f"{page.text('clock')} === '08:00:03.0'")
    assert browser.value(page.text("wrong")) == ""
    browser.value(page.click("after"))
    browser.until("Math.abs(seen - 40) < 0.2")
    browser.until(f"({ROBOT})[0] !== 243")  # which is the floor's
    browser.value(page.drag(next(line["t"] for line in lines(folder) if "screen" in line)))
    browser.until("document.getElementById('screen').src.startsWith('data:image/jpeg')")
    assert browser.value("document.getElementById('pause').hidden")


def test_the_page_loads_nothing_from_elsewhere(folder):
    text = re.sub(r"<script type=.*?</script>", "", (folder / REPORT).read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"""(src|href)=["'](?!data:)|https?://|@import|url\(""", text)


def test_the_figures_of_the_run_stand_on_the_page(folder):
    text = (folder / REPORT).read_text(encoding="utf-8")
    assert "<td>citizens</td><td>2</td>" in text
    assert "short, seed 1" in text


def test_a_record_that_was_cut_within_a_line_is_shown_without_that_line(folder, tmp_path, browser):
    for name in ("summary.json", NAME):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    whole = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(whole[: whole.rindex(b"\n{") + 9])
    (tmp_path / REPORT).write_text(report(tmp_path), encoding="utf-8")
    browser.open((tmp_path / REPORT).as_uri())
    browser.until("typeof newest !== 'undefined' && newest.w !== null")


def test_what_does_not_hold_stands_first(folder, tmp_path):
    for name in ("summary.json", NAME):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    summary = json.loads((tmp_path / "summary.json").read_text())
    summary["problems"] = ["<b>3</b> gave up"]
    (tmp_path / "summary.json").write_text(json.dumps(summary))
    assert '<p class="bad">does not hold: &lt;b&gt;3&lt;/b&gt; gave up</p>' in report(tmp_path)


def test_a_folder_without_a_run_is_told_with_what_to_do(tmp_path, letan):
    with pytest.raises(LetanError, match="letan sim run"):
        report(tmp_path)
    code, _, err = letan("sim", "report", tmp_path)
    assert code == 2
    assert NAME in err
