"""What a simulated run leaves to look at: the path, the GIF, and a photograph of each page of the real screen."""

from __future__ import annotations

from pathlib import Path

from centre.site import Site
from hmi.printer import PicturePrinter
from hmi.screen import TkScreen
from letan.simulate import Run
from reception.presenter import Presenter
from reception.visits import Visit
from robot.pages import PAGES, DrinksContent, DrivingContent, IdleContent, PageContent, PageName, StaffPinContent
from robot.types import LetanError, ScreenState


def run_pictures(run: Run, out: Path) -> None:
    """path.png, run.gif, and the printed tickets; LetanError or OSError for what cannot be written."""
    printer = PicturePrinter(out / "tickets", run.texts)
    for slip in run.printer.slips:
        outcome = printer.print(slip).outcome
        if outcome is not None and not outcome.ok:
            raise LetanError(outcome.reason)
    run.recorder.path_picture(out / "path.png")
    run.recorder.gif(out / "run.gif", float(run.scenario.start))


def photograph_pages(run: Run, screen: TkScreen, folder: Path) -> int:
    """One PNG a page, as it was at its fullest in the run; pages that nobody opened show what they would have."""
    folder.mkdir(parents=True, exist_ok=True)
    presenter = Presenter(run.site, run.office)
    for page in PAGES:
        state = run.seen.fullest.get(page) or _unseen(page, presenter, run.site)
        if state is not None:
            screen.photograph(state, folder / f"{page}.png")
    return len(list(folder.glob("*.png")))


def _unseen(page: PageName, presenter: Presenter, site: Site) -> ScreenState | None:
    """A page that did not come up in the run, as somebody who has just come in would see it."""
    door = next(iter(site.doors))
    first = site.procedures_at(door)[0]
    visit = Visit(0, 0.0, page=page, field=door, door=door, procedure=first, choices=site.procedures_at(door)[:3])
    if PAGES[page].owner != "robot" and page != "ticket":
        return ScreenState(page, presenter.page(visit))
    contents: dict[PageName, PageContent] = {
        "idle_warning": IdleContent(14),
        "driving_face": DrivingContent(),
        "drinks": DrinksContent(site.robot.tray.cups, site.robot.tray.candies),
        "staff_pin": StaffPinContent(),
    }
    return ScreenState(page, contents[page]) if page in contents else None
