"""Records a running tree in the folder of its run: JSON lines, first the tree with its source, then what changes.

`{"t", "begins"}` says at which second of the day t is 0. `{"t", "tree", "rows", "files"}` begins a tree (the first one,
and after each reload); a row is [depth, words, kind, file, line, when, until, details, whether it
claims only what nobody above it has]. `{"t", "s", "v", "k"}` is a
tick that changed something: rows as [row, letter, reason], variables, and claims as actuator: row (-1 when it is free).
`{"t", "e", "facts"}` is what people saw, heard or did, `{"t", "reload", "trouble"}` what became of a reload,
`{"t", "paused"}` whether the run stands still; "step" counts the single steps. `{"t"}` alone says only that time goes
on, and `{"t", "over"}` is the last line. A run holds a lock on its record, which the system takes from it when it dies;
so others can tell a run that was broken off from one that goes on.
"""

from __future__ import annotations

import fcntl
import json
import logging
import time
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from behaviours.context import Context
from letan.workbench.describe import describe, kind_of
from letan.workbench.observing import FAILED, IDLE, UNTIL, Observer, named, texts_of

log = logging.getLogger("letan.tree")
NAME = "trees.jsonl"
SCREENS = "screens"  # the folder beside it with the screen's pictures
BEAT = 1.0  # s of the run's time after which a line says that it goes on
TRIES, APART = 50, 0.01  # for the lock, which others hold for an instant while they look; s between two tries


class Recording:
    """Writes as the run goes, so that a live view can follow; as a listener of `Observer`."""

    def __init__(self, path: Path, begins: datetime) -> None:
        self.path = path
        self._file = path.open("w", encoding="utf-8")
        self._told = 0.0
        self._lock()
        midnight = begins.replace(hour=0, minute=0, second=0, microsecond=0)
        self.write({"t": 0.0, "begins": (begins - midnight).total_seconds()})
        self._letters: dict[int, str] = {}
        self._variables: dict[str, Any] = {}
        self._claims: dict[str, int] = {}

    def _lock(self) -> None:
        for _ in range(TRIES):
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(APART)
            except OSError as error:  # a disk without locks: who watches will think that the run is over
                log.warning("%s can't be locked: %s", self.path, error)
                return
            else:
                return

    def begun(self, seen: Observer) -> None:
        """The tree with its source, as it is now."""
        self._letters = {}
        self._variables = {}
        self._claims = {}
        texts = {str(path): text for path, text in texts_of(seen.runner.spec).items()}
        paths = sorted(texts)
        rows = []
        for row in seen.rows:
            said = describe(row.spec)
            file = paths.index(row.spec.source.file)
            polite = row.spec.word is not None and row.spec.word.claims_only_free
            conditions = said.when, said.until
            rows.append(
                [row.depth, named(row), kind_of(row.spec), file, said.line, *conditions, list(said.details), polite]
            )
        self.node_of: dict[object, int] = {node: row.index for row in seen.rows for node in (row.outer, row.node)}
        files = [{"name": Path(path).name, "text": texts[path]} for path in paths]
        self.write({"t": seen.stamp, "tree": seen.runner.spec.name, "rows": rows, "files": files})

    def ticked(self, seen: Observer) -> None:
        """What this tick changed, if anything."""
        line: dict[str, Any] = {}
        letters, was = seen.letters, self._letters
        if letters != was:
            states: list[list[Any]] = []
            for index in sorted(letters.keys() | was.keys()):
                letter = letters.get(index, IDLE)
                if letter != was.get(index, IDLE):
                    why = seen.reason(index) if letter in (FAILED, UNTIL) else ""
                    states.append([index, letter, why] if why else [index, letter])
            self._letters, line["s"] = letters, states
        run = seen.runner.run
        if run.scope.values != self._variables:
            changed = {name: value for name, value in run.scope.values.items() if self._variables.get(name) != value}
            self._variables, line["v"] = dict(run.scope.values), changed
        claims: dict[str, int] = {
            actuator: self.node_of.get(by, -1)
            for actuator, by in cast("Context", run.context).intent.holders.items()
            if not by.has_ended
        }
        if claims != self._claims:
            line["k"] = {name: claims.get(name, -1) for name in sorted(claims.keys() | self._claims.keys())}
            self._claims = claims
        if line or seen.stamp - self._told >= BEAT:
            self.write({"t": round(seen.stamp, 2), **line})

    def write(self, line: dict[str, Any]) -> None:
        """One line, at once; a disk that is full ends the recording and nothing else."""
        if self._file.closed:
            return
        try:
            self._file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
            self._file.flush()
            self._told = line["t"]
        except OSError as error:
            log.warning("the trees are no longer recorded: %s", error)
            self.close()

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError as error:
            log.warning("the record of the trees is cut short: %s", error)


def goes_on(path: Path) -> bool:
    """Whether the run that writes this record still lives, be it standing still."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # given back as the file closes
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
