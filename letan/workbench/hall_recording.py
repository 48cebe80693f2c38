"""Records the hall beside the running tree: who is where, what the robot sees and plans, its page, and the queue.

Lines of the same record as `recording.py` writes: `{"t", "hall"}` once, what stands still (cm); `{"t", "w"}` twice a
second, what has moved; `{"t", "screen", "page"}` when another picture of the citizens' screen is up, whose file is
`screens/<number>.jpg` where there is a real screen; `{"t", "q"}` when the queue has changed; `{"t", "wrong"}` what went
wrong.
"""

from __future__ import annotations

import logging
import math
from pathlib import Path
from typing import Any

from PIL import Image

from centre.floor import Floor
from hmi.screen import TkScreen
from letan.events import LeafRaised, PartFailed, SafetyStop, SensorTrouble, TwoClaims, Unsure
from letan.simulate import Run
from letan.workbench.recording import SCREENS, Recording
from reception.events import Alarm, OfficeTrouble, TextWithGaps
from robot.events import Entry, Event, facts
from robot.types import LetanError, Pose, ScreenState
from sim.events import CitizenGaveUp, CitizenWithoutNumber, Contact

log = logging.getLogger("letan.hall")
FRAME = 0.5  # s between two frames of what moves
ASTRAY = 0.1  # m between the true and the believed robot from which both are shown
MOST_POINTS = 90  # of a scan
PICTURE = (512, 288)  # px of a picture of the screen
SAME_PAGE = 15.0  # s between two pictures of one page, which may count metres and seconds
WRONG = (
    Contact, CitizenGaveUp, CitizenWithoutNumber, SafetyStop, SensorTrouble, Unsure, LeafRaised, PartFailed, TwoClaims,
    Alarm, OfficeTrouble, TextWithGaps,
)  # fmt: skip


class HallRecording:
    """`look` as often as one likes; `heard` is a listener of the run's log."""

    def __init__(self, run: Run, recording: Recording, out: Path, screen: TkScreen | None) -> None:
        self._run = run
        self._recording = recording
        self._screen = screen
        self._folder = out / SCREENS
        self._due = -math.inf
        self._frame: dict[str, Any] = {}
        self._seen_from: list[int] = []
        self._screens: dict[str, int] = {}
        self._shown = -1
        self._page = ""
        self._taken = -math.inf
        self._queue: dict[str, Any] = {}
        recording.write({"t": 0.0, "hall": hall_of(run.site.floor, run.site.robot.body_radius)})

    def look(self) -> None:
        """Write what has changed since the last frame, if one is due."""
        now = self._run.clock.now()
        if now < self._due or self._run.loop.where is None:
            return
        self._due = now + FRAME
        t = round(now, 2)
        moving = self._moving()
        if moving:
            self._recording.write({"t": t, "w": moving})
        state = self._run.seen.state
        if state is not None:
            self._look_at_screen(t, state)
        queue = self._waiting()
        if queue != self._queue:
            self._queue = queue
            self._recording.write({"t": t, "q": queue})

    def heard(self, entry: Entry[Event]) -> None:
        """Tell of what went wrong."""
        if isinstance(entry.event, WRONG):
            told = {key: value for key, value in facts(entry.event).items() if value not in ("", None, ())}
            if not told or told == {"reason": "power"}:  # all is well again; it has just been switched on
                return
            words = f"{entry.event.name.replace('_', ' ')}: {', '.join(f'{k} {v}' for k, v in told.items())}"
            self._recording.write({"t": entry.t, "wrong": words[:300]})

    def _moving(self) -> dict[str, Any]:
        """What has changed since the last frame; the scan, which is noise, only with something else."""
        run, loop = self._run, self._run.loop
        assert loop.where is not None
        crowd = run.world.crowd
        now: dict[str, Any] = {
            "r": _pose(run.world.robot.pose),
            "b": _pose(loop.where.pose) if loop.where.pose.distance(run.world.robot.pose) > ASTRAY else None,
            "p": [[*_cm(*crowd.place(body), body.radius), int(body.sitting)] for body in crowd.bodies],
            "k": [[track.id, *_cm(track.x, track.y, track.vx, track.vy)] for track in loop.people],
            "a": [_cm(*line) for thing in run.world.added for line in thing.solid.tolist()],
            "l": [cm for x, y in loop.parts.navigator.path.tolist() for cm in _cm(x, y)],
        }
        frame = {name: value for name, value in now.items() if value != self._frame.get(name)}
        self._frame = now
        if frame and now["r"] != self._seen_from:
            self._seen_from = now["r"]
            points = loop.parts.navigator.seen_points
            frame["s"] = [cm for x, y in points[:: max(1, len(points) // MOST_POINTS)].tolist() for cm in _cm(x, y)]
        return frame

    def _look_at_screen(self, t: float, state: ScreenState) -> None:
        """Note which picture is up; one that has not been up before is taken, if there is a real screen."""
        if state.page == self._page and t - self._taken < SAME_PAGE:
            return
        self._page = state.page
        self._taken = t
        key = repr((state.page, state.content, state.language, state.modes))
        number = self._screens.get(key)
        if number is None:
            number = self._screens[key] = len(self._screens)
            self._photograph(state, number)
        if number != self._shown:
            self._shown = number
            self._recording.write({"t": t, "screen": number, "page": state.page})

    def _photograph(self, state: ScreenState, number: int) -> None:
        if self._screen is None:
            return
        self._folder.mkdir(exist_ok=True)
        whole = self._folder / f"{number}.png"
        try:
            self._screen.photograph(state, whole)
            with Image.open(whole) as picture:
                picture.convert("RGB").resize(PICTURE).save(whole.with_suffix(".jpg"), quality=75)
            whole.unlink()
        except (LetanError, OSError) as error:  # a screen that is being started anew
            log.warning("no picture of the page %s: %s", state.page, error)

    def _waiting(self) -> dict[str, Any]:
        """Numbers by door: who is served or called, then who waits."""
        queue: dict[str, Any] = {}
        for ticket in self._run.office.tickets():
            if ticket.state in ("called", "serving", "waiting"):
                queue.setdefault(ticket.door, {"now": [], "waiting": []})
                queue[ticket.door]["waiting" if ticket.state == "waiting" else "now"].append(ticket.number)
        return queue


def hall_of(floor: Floor, radius: float) -> dict[str, Any]:
    """What stands still, in cm: walls as lines, furniture, stations and areas as boxes; `radius` is the robot's (m)."""
    return {
        "size": _cm(*floor.size),
        "radius": _cm(radius)[0],
        "walls": [[cm for point in line for cm in _cm(*point)] for line in floor.walls],
        "boxes": [_cm(*piece.box) for piece in floor.furniture],
        "closed": [[cm for corner in zone.polygon for cm in _cm(*corner)] for zone in floor.keep_out],
        "doors": {
            door: {"station": _cm(*place.station), "area": _cm(*place.area)} for door, place in floor.doors.items()
        },
        "seats": [_cm(seat.x, seat.y) for place in floor.doors.values() for seat in place.seats],
        "dock": _pose(floor.dock),
    }


def _cm(*metres: float) -> list[int]:
    return [round(100.0 * value) for value in metres]


def _pose(pose: Pose) -> list[int]:
    return [*_cm(pose.x, pose.y), round(math.degrees(pose.theta))]
