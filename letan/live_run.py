"""A run that others can look into: its tree and hall are recorded, and pauses, steps and reloads as they ask for it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from hmi.screen import TkScreen
from letan.events import TreeBroken, TreeReady, TreeSwapped
from letan.simulate import Run
from letan.workbench.hall_recording import HallRecording
from letan.workbench.observing import Observer
from letan.workbench.recording import NAME, Recording
from letan.workbench.reloading import Reload, Reloader
from letan.workbench.run_requests import RunRequest, take
from letan.workbench.timeline import HEARD
from robot.events import Entry, Event, facts
from text.problems import from_here

_RELOADED: dict[Reload, type[TreeBroken | TreeReady | TreeSwapped]] = {
    "broken": TreeBroken,
    "ready": TreeReady,
    "swapped": TreeSwapped,
}
LOOK = 0.05  # s of real time between two looks for requests
FILES = 0.3  # and for changed files


class LiveRun:
    """Beside a run with a folder; `say` hears one line for the console, `watch_files` reloads what designers save."""

    def __init__(
        self,
        run: Run,
        out: Path,
        say: Callable[[str], None],
        watch_files: bool,
        screen: TkScreen | None = None,
    ) -> None:
        self.run = run
        self._out = out
        self._say = say
        self._watch_files = watch_files
        self.recording = Recording(out / NAME, run.scenario.begins)
        runner = run.loop.parts.tree
        Observer(runner, self.recording)
        self._hall = HallRecording(run, self.recording, out, screen)
        run.log.listeners.append(self._heard)
        run.log.listeners.append(self._hall.heard)
        self.reloader = Reloader(runner, run.site, run.loop.use_texts, self._reloaded)
        self.is_paused = False
        self._steps = 0
        self._stepped = False
        self._steps_done = 0
        self._looked = self._files = time.monotonic()

    def may_step(self) -> bool:
        """Whether the run goes on; looks for requests and changed files now and then."""
        if self._stepped:  # told when it is done, with the time after it
            self._stepped = False
            self._steps_done = self._steps_done + 1
            self.recording.write({"t": self._now(), "paused": True, "step": self._steps_done})
        now = time.monotonic()
        if now - self._looked > LOOK:
            self._looked = now
            for request in take(self._out):
                self._do(request)
            if self._watch_files and now - self._files > FILES:
                self._files = now
                self.reloader.look()
        self.reloader.collect(self.run.clock.now())
        self._hall.look()
        if not self.is_paused:
            return True
        if self._steps:
            self._steps = self._steps - 1
            self._stepped = True
            return True
        time.sleep(0.01)
        return False

    def _do(self, request: RunRequest) -> None:
        if request.what == "reload":
            self.reloader.begin(request.now)
        elif request.what == "step":
            self.step_once()
        else:
            self.pause(request.what != "go")

    def step_once(self) -> None:
        """One step more, then stand still."""
        self.is_paused = True
        self._steps = self._steps + 1

    def pause(self, stands: bool) -> None:
        """Stand still, or go on."""
        stood = self.is_paused
        self.is_paused = stands
        self._steps = 0
        if stood != stands:
            self._steps_done = 0
            self.recording.write({"t": self._now(), "paused": stands})

    def _now(self) -> float:
        return round(self.run.clock.now(), 2)

    def _reloaded(self, what: Reload, words: str) -> None:
        """On the console, in the run's log of events, in the live view and on the staff's page."""
        notes = self.run.loop.parts.desk.staff.notes
        if what == "broken":
            folders = self.reloader.path.parent, self.run.site.folder
            notes["tree"] = re.sub("|".join(re.escape(f"{from_here(each)}/") for each in folders), "", words)
        else:
            notes.pop("tree", None)
        self._say(f"what runs stays; the new files have errors:\n{words}" if what == "broken" else words)
        self.run.log.record(_RELOADED[what](words))
        self.recording.write({"t": self._now(), "reload": what, "trouble": words if what == "broken" else ""})

    def _heard(self, entry: Entry[Event]) -> None:
        if isinstance(entry.event, HEARD):
            told = {"t": entry.t, "event": entry.event.name, **facts(entry.event)}
            self.recording.write({"t": entry.t, "e": entry.event.name, "facts": told})

    def close(self) -> None:
        """Say that the run is over, and close the record."""
        self.reloader.settle()
        self.recording.write({"t": self._now(), "over": True})
        self.recording.close()
