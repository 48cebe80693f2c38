"""What is legal in a tree but hardly meant: one rule a code, one page of `docs/lint/` a code."""

from __future__ import annotations

import re

from behaviours.language.fields import Surroundings
from behaviours.language.lint import claims, conditions, names, reach, texts
from behaviours.language.lint.facts import Facts
from behaviours.language.lint.finding import CODES, Finding
from behaviours.language.lint.folder import unused_trees
from behaviours.language.spec import TreeSpec

__all__ = ["CODES", "Finding", "lint", "unused_trees"]
_RULES = (*names.RULES, *reach.RULES, *claims.RULES, *conditions.RULES, *texts.RULES)
_ALLOWED = re.compile(r"#.*\ballow((?:[\s,]+T\d{3})+)")


def lint(tree: TreeSpec, around: Surroundings) -> list[Finding]:
    """All findings of one file, from top to bottom; a line that says `# allow T005` has none of that code."""
    facts = Facts(tree, around)
    found = dict.fromkeys(finding for rule in _RULES for finding in rule(facts))
    lines = tree.document.path.read_text(encoding="utf-8-sig").splitlines()
    return sorted(finding for finding in found if finding.code not in _allowed(lines, finding.problem.line))


def _allowed(lines: list[str], line: int) -> str:
    match = _ALLOWED.search(lines[line - 1]) if 0 < line <= len(lines) else None
    return match[1] if match else ""
