"""A report of `letan trees check` as text, as JSON, and as SARIF 2.1.0 (OASIS, 2020) for code hosts and editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from behaviours.language.lint import CODES
from letan.workbench.checking import CheckReport
from text.problems import Problem

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ERROR = "tree-error"


def counted(number: int, what: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def as_text(report: CheckReport) -> str:
    """One problem a line, as compilers write them, and a last line that counts."""
    lines = [*map(str, report.errors), *map(str, report.findings)]
    errors, warnings = counted(len(report.errors), "error"), counted(len(report.findings), "warning")
    counts = f"{counted(report.trees, 'tree')} checked, {errors}, {warnings}"
    return "\n".join([*lines, counts])


def as_json(report: CheckReport) -> str:
    """{"trees": n, "problems": [{"severity", "code", "file", "line", "column", "message"}]}."""
    problems = [_flat("error", "", problem) for problem in report.errors]
    problems += [_flat("warning", finding.code, finding.problem) for finding in report.findings]
    return json.dumps({"trees": report.trees, "problems": problems}, ensure_ascii=False, indent=1)


def as_sarif(report: CheckReport) -> str:
    """One run of one tool, with a rule a lint code and one for errors."""
    rules = [_rule(ERROR, "the tree can't be used", "error")]
    rules += [_rule(code, words, "warning") for code, words in CODES.items()]
    index = {rule["id"]: position for position, rule in enumerate(rules)}
    results = [_result(ERROR, "error", index, problem) for problem in report.errors]
    results += [_result(finding.code, "warning", index, finding.problem) for finding in report.findings]
    driver = {"name": "letan trees check", "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


FORMATS = {"text": as_text, "json": as_json, "sarif": as_sarif}


def _flat(severity: str, code: str, problem: Problem) -> dict[str, Any]:
    place = {"file": str(problem.path), "line": problem.line, "column": problem.column}
    return {"severity": severity, "code": code, **place, "message": problem.words}


def _rule(name: str, words: str, level: str) -> dict[str, Any]:
    page = {"help": {"text": f"See docs/lint/{name}.md"}} if name in CODES else {}
    return {"id": name, "shortDescription": {"text": words}, "defaultConfiguration": {"level": level}, **page}


def _result(rule: str, level: str, index: dict[str, int], problem: Problem) -> dict[str, Any]:
    region = {"region": {"startLine": problem.line, "startColumn": problem.column}} if problem.line else {}
    place = {"physicalLocation": {"artifactLocation": {"uri": _uri(problem.path)}, **region}}
    message = {"text": problem.words}
    return {"ruleId": rule, "ruleIndex": index[rule], "level": level, "message": message, "locations": [place]}


def _uri(path: Path) -> str:
    """Relative to the present folder where it can be, as code hosts want it."""
    whole = path.resolve()
    here = Path.cwd()
    return whole.relative_to(here).as_posix() if whole.is_relative_to(here) else whole.as_uri()
