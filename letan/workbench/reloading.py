"""Hot reload: trees and texts are read, checked and built in a thread of their own; on any error the old ones stay."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from behaviours.language.running import Built, TreeRunner, prepare
from behaviours.surroundings import surroundings
from centre.site import Site
from centre.texts import load_texts
from robot.types import LetanError, Texts

Reload = Literal["broken", "ready", "swapped"]
Stamps = dict[Path, tuple[int, int]]


class Reloader:
    """Reads a runner's tree and its site's texts again; `tell` hears (what, words): broken, ready, swapped.

    `use` takes the new texts over in the moment in which the new tree is swapped in. Everything but the worker's own
    reading happens in the thread that calls, which is the loop's.
    """

    def __init__(
        self, runner: TreeRunner, site: Site, use: Callable[[Texts], None], tell: Callable[[Reload, str], None]
    ) -> None:  # fmt: skip
        self.runner = runner
        self.site = site
        self._use = use
        self._tell = tell
        self.path = runner.spec.document.path
        self._stamps = self.stamps()
        self._worker: threading.Thread | None = None
        self._result: tuple[Built, Texts] | str = ""
        self._again = False
        self._at_once = False
        self._swaps = runner.swaps

    def stamps(self) -> Stamps:
        """What tells a changed file: of all trees in the folder and all texts of the site, their times and sizes."""
        found: Stamps = {}
        for path in (*self.path.parent.glob("*.yaml"), *(self.site.folder / "texts").glob("*.yaml")):
            try:
                state = path.stat()
            except FileNotFoundError:  # an editor was just replacing it
                continue
            found[path] = state.st_mtime_ns, state.st_size
        return found

    def look(self) -> None:
        """Begin a reload when a file has changed since the last look."""
        stamps = self.stamps()
        if stamps != self._stamps:
            self._stamps = stamps
            self.begin()

    def begin(self, at_once: bool = False) -> None:
        """Read tree and texts aside; `at_once` swaps it in even while somebody is being served."""
        self._at_once = self._at_once or at_once
        if self._worker is not None:
            self._again = True  # it changed while it was being read
            return
        self._worker = threading.Thread(target=self._read, name="tree reload", daemon=True)
        self._worker.start()

    def _read(self) -> None:
        try:
            texts = load_texts(self.site.folder, self.site.languages)
            self._result = prepare(self.path, surroundings(self.site, texts)), texts
        except LetanError as error:
            self._result = str(error)
        except Exception as error:  # what a plugin may do while it is being read; the loop must hear of it
            self._result = f"{self.path}: {type(error).__name__}: {error}"

    def settle(self) -> None:
        """Wait for what is being read."""
        if self._worker is not None:
            self._worker.join()

    def collect(self, now: float) -> None:
        """Take over what has been read; `now` is the loop's time in s."""
        if self.runner.swaps != self._swaps:
            self._swaps = self.runner.swaps
            self._tell("swapped", "the new trees and texts run")
        if self._worker is None or self._worker.is_alive():
            return
        self._worker.join()
        self._worker, at_once, self._at_once = None, self._at_once, False
        if self._again:
            self._again = False
            self.begin(at_once)
        elif isinstance(self._result, str):
            self._tell("broken", self._result)
        else:
            built, texts = self._result
            self.runner.offer(built, now, at_once, lambda: self._use(texts))
            self._tell("ready", "the new trees and texts are sound; they run as soon as nobody is being served")
        self._result = ""
