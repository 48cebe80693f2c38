"""`letan trees check`: every error and every lint finding of many files in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from behaviours.language.fields import Surroundings
from behaviours.language.lint import Finding, lint, unused_trees
from behaviours.language.reader import check_tree
from behaviours.language.spec import TreeSpec
from robot.types import LetanError
from text.problems import FileError, Problem
from text.yaml12 import nearest, shown

MAIN = "reception"  # the tree that the robot runs when nothing else is said


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was found in how many trees, from top to bottom."""

    trees: int
    errors: tuple[Problem, ...]
    findings: tuple[Finding, ...]

    @property
    def exit_code(self) -> int:
        """0 nothing, 1 lint alone, 2 errors."""
        return 2 if self.errors else 1 if self.findings else 0


def check(files: Sequence[Path], around: Surroundings, main: str | None = None) -> CheckReport:
    """Check each file by itself, with the trees that it calls; trees nobody uses are looked for beside a `main` one.

    LetanError when there is no tree of that name; without one it is `reception`, where there is such a tree.
    """
    names = {path.stem for path in files}
    if main is not None and main not in names:
        raise LetanError(f"there is no tree `{shown(main)}` among these{nearest(main, names)}")
    errors: list[Problem] = []
    findings: list[Finding] = []
    trees: list[TreeSpec] = []
    for path in files:
        try:
            trees.append(check_tree(path, around))
            findings += lint(trees[-1], around)
        except FileError as error:
            errors += error.problems
    main = main or MAIN
    if len(trees) == len(files) > 1 and main in {tree.name for tree in trees}:
        findings += unused_trees(trees, main)
    return CheckReport(len(files), tuple(dict.fromkeys(errors)), tuple(sorted(dict.fromkeys(findings))))
