"""Runs the mutation tester Cosmic Ray over modules, each in a copy of the house and with the tests about it."""

from __future__ import annotations

import argparse
import ast
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".mutants" / "bin"
PYTEST = [str(ROOT / ".venv" / "bin" / "python"), "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
# One or two changes an operator, those that a slip of the pen makes: all the others are noticed when these are.
BINARY = (
    *("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Mul", "Mod_Mul", "Pow_Mul"),
    *("BitOr_BitAnd", "BitAnd_BitOr"),
)
COMPARISON = (
    *("Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt"),
    *("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is"),
)
UNARY = ("USub_UAdd", "Delete_USub", "Delete_Not", "Delete_Invert")
EXCLUDED = [
    "core/RemoveDecorator",  # `slots`, `cache`: nobody can notice; without `property` everybody would
    f"core/ReplaceBinaryOperator_(?!({'|'.join(BINARY)})$)",
    f"core/ReplaceComparisonOperator_(?!({'|'.join(COMPARISON)})$)",
    f"core/ReplaceUnaryOperator_(?!({'|'.join(UNARY)})$)",
]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change, and whether a test failed with it."""

    line: int
    diff: str
    killed: bool


def main() -> int:
    """Exit 1 when a mutant survived."""
    chosen, jobs = _arguments()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar, ThreadPoolExecutor(jobs) as pool:
        results = {
            module: pool.submit(_mutants, module, tests, partial(bar.update, bar.add_task(module, total=None)))
            for module, tests in chosen.items()
        }
        alive = sum(_told(module, result.result()) for module, result in results.items())
    return 1 if alive else 0


def _arguments() -> tuple[dict[str, list[str]], int]:
    """The modules with their tests, and how many to run at the same time."""
    known: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["letan"]["mutants"]
    parser = argparse.ArgumentParser(
        prog="scripts/mutants",
        description="Tells which small changes of a module no test notices.",
        epilog="Example: scripts/mutants robot/safety.py. Another module: scripts/mutants --tests tests/x.py x/y.py",
    )
    parser.add_argument("modules", nargs="*", metavar="FILE", help=f"of {', '.join(known)} (all)")
    parser.add_argument("--tests", action="append", metavar="PATH", help="instead of those in pyproject.toml")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="modules at the same time (1)")
    asked = parser.parse_args()
    for module in asked.modules:
        if not (ROOT / module).is_file():
            parser.error(f"there is no file {module}")
        if module not in known and not asked.tests:
            parser.error(f"{module} is not in [tool.letan.mutants] of pyproject.toml; name its tests with --tests")
    modules: list[str] = asked.modules or list(known)
    return {module: asked.tests or known[module] for module in modules}, max(1, asked.jobs)


def _mutants(module: str, tests: list[str], show: Callable[..., None]) -> list[Mutant]:
    """Every mutant of a module, tried in a copy of the house; `show` hears `completed` and `total`."""
    with tempfile.TemporaryDirectory(prefix="letan-mutants-") as folder:
        copy = Path(folder, "house")
        _copy(copy)
        command = [*PYTEST, *tests]
        began = time.monotonic()
        _run(command, copy, f"{module}: its tests fail before anything is changed")
        patience = 5.0 + 4.0 * (time.monotonic() - began)  # an endless loop is noticed too
        _configure(copy, module, command, patience)
        for tool, *rest in (
            ("cosmic-ray", "init", "mutants.toml", "mutants.sqlite"),
            ("cr-filter-operators", "mutants.sqlite", "mutants.toml"),
            ("cr-filter-lines", "--config", "mutants.toml", "mutants.sqlite"),
        ):
            _run([str(TOOLS / tool), *rest], copy, f"{module}: {tool} fails")
        _try_each(copy, show)
        dump = _run([str(TOOLS / "cosmic-ray"), "dump", "mutants.sqlite"], copy, f"{module}: the result is unreadable")
    return sorted(_read(dump), key=lambda mutant: (mutant.line, mutant.diff))


def _copy(target: Path) -> None:
    """What Git knows or would know, as it is now: what is changed must not be what is worked on."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def _configure(copy: Path, module: str, command: list[str], patience: float) -> None:
    source = (copy / module).read_text(encoding="utf-8")
    lines = sorted(set(range(1, source.count("\n") + 2)) - set(_unheeded(ast.parse(source))))
    (copy / "mutants.toml").write_text(
        f"""
[cosmic-ray]
module-path = {json.dumps(module)}
timeout = {patience:.1f}
excluded-modules = []
test-command = {json.dumps(" ".join(command))}
distributor.name = "local"
[cosmic-ray.filters.operators-filter]
exclude-operators = {json.dumps(EXCLUDED)}
[cosmic-ray.filters.line-filter.lines]
{json.dumps(module)} = {json.dumps([str(line) for line in lines])}
"""
    )


def _unheeded(tree: ast.Module) -> Iterator[int]:
    """Lines whose changes mean nothing: decorators (`frozen`, `slots`, `cache`), and `|` in a signature's types."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                yield from range(decorator.lineno, (decorator.end_lineno or decorator.lineno) + 1)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            for annotation in (*(argument.annotation for argument in arguments), node.returns):
                yield from (part.lineno for part in ast.walk(annotation or ast.Pass()) if isinstance(part, ast.BinOp))


def _run(command: list[str], folder: Path, failed: str) -> str:
    done = subprocess.run(command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{done.stdout[-3000:]}{done.stderr[-3000:]}\n{failed}")
    return done.stdout


def _try_each(copy: Path, show: Callable[..., None]) -> None:
    """The long part, with its progress read from the session's database."""
    command = [str(TOOLS / "cosmic-ray"), "exec", "mutants.toml", "mutants.sqlite"]
    with (copy / "mutants.log").open("w+") as log:
        process = subprocess.Popen(command, cwd=copy, env=_environment(), stdout=log, stderr=log)
        filtered, total = _counts(copy)
        while process.poll() is None:
            time.sleep(1.0)
            show(completed=_counts(copy)[0] - filtered, total=total - filtered)
        if process.returncode != 0:
            log.seek(0)
            sys.exit(f"{log.read()[-3000:]}\ncosmic-ray exec fails")


def _counts(copy: Path) -> tuple[int, int]:
    """How many mutants have a result (those filtered out have one from the start), and how many there are."""
    with closing(sqlite3.connect(copy / "mutants.sqlite")) as session:
        done, total = session.execute(
            "SELECT (SELECT count(*) FROM work_results), (SELECT count(*) FROM work_items)"
        ).fetchone()
    return int(done), int(total)


def _environment() -> dict[str, str]:
    """Compiled kernels would be compiled anew for every change of their file."""
    return os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _read(dump: str) -> Iterator[Mutant]:
    """Of each line `[what was to do, what came of it]`, those that were not filtered out."""
    for line in dump.splitlines():
        item, result = json.loads(line)
        if result is None or result["worker_outcome"] != "normal":
            continue
        start = item["mutations"][0]["start_pos"][0]
        yield Mutant(start, result["diff"], result["test_outcome"] != "survived")


def _told(module: str, mutants: list[Mutant]) -> int:
    """Print the figures and each survivor; how many survived."""
    count = Counter(mutant.killed for mutant in mutants)
    share = 100.0 * count[True] / len(mutants) if mutants else 0.0
    figures = f"{len(mutants)} mutants, {count[True]} killed, {count[False]} survived ({share:.1f} % killed)"
    print(f"{module}: {figures}", flush=True)
    for mutant in mutants:
        if not mutant.killed:
            hunk = [line for line in mutant.diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
            print(f"  {module}:{mutant.line}", *(f"    {line}" for line in hunk), sep="\n", flush=True)
    return count[False]


if __name__ == "__main__":
    sys.exit(main())
