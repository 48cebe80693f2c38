"""Records a running tree in the folder of its run: JSON lines, first the tree with its source, then what changes.

`{"t", "begins"}` says at which second of the day t is 0. `{"t", "tree", "rows", "files"}` begins a tree (the first one,
and after each reload); a row is [depth, words, kind, file, line, when, until, details]. `{"t", "s", "v", "k"}` is a
tick that changed something: rows as [row, letter, reason], variables, and claims as actuator: row (-1 when it is free).
`{"t", "e", "facts"}` is what people saw, heard or did, `{"t", "reload", "trouble"}` what became of a reload,
`{"t", "paused"}` whether the run stands still.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime
from pathlib import Path
from typing import Any

from letan.trees.describe import describe, kind_of
from letan.trees.observing import FAILED, IDLE, UNTIL, Observer, named
from letan.trees.rows import texts_of

log = logging.getLogger("letan.tree")
NAME = "trees.jsonl"


class Recording:
    """Writes as the run goes, so that a live view can follow; as a listener of `Observer`."""

    def __init__(self, path: Path, begins: datetime) -> None:
        self.path, self._file = path, path.open("w", encoding="utf-8")
        midnight = begins.replace(hour=0, minute=0, second=0, microsecond=0)
        self.write({"t": 0.0, "begins": (begins - midnight).total_seconds()})
        self._letters: dict[int, str] = {}
        self._variables: dict[str, Any] = {}
        self._claims: dict[str, int] = {}

    def begun(self, seen: Observer) -> None:
        """The tree with its source, as it is now."""
        self._letters, self._variables, self._claims = {}, {}, {}
        texts = {str(path): text for path, text in texts_of(seen.runner.spec).items()}
        paths = sorted(texts)
        rows = []
        for row in seen.rows:
            said = describe(row.spec)
            file = paths.index(row.spec.source.file)
            rows.append(
                [row.depth, named(row), kind_of(row.spec), file, said.line, said.when, said.until, list(said.details)]
            )
        self.node_of = {node: row.index for row in seen.rows for node in (row.outer, row.node)}
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
        claims = {
            actuator: self.node_of.get(by, -1)
            for actuator, by in run.context.intent.holders.items()
            if not by.has_ended
        }
        if claims != self._claims:
            line["k"] = {name: claims.get(name, -1) for name in sorted(claims.keys() | self._claims.keys())}
            self._claims = claims
        if line:
            self.write({"t": round(seen.stamp, 2), **line})

    def write(self, line: dict[str, Any]) -> None:
        """One line, at once; a disk that is full ends the recording and nothing else."""
        if self._file.closed:
            return
        try:
            self._file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
            self._file.flush()
        except OSError as error:
            log.warning("the trees are no longer recorded: %s", error)
            self.close()

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError as error:
            log.warning("the record of the trees is cut short: %s", error)
