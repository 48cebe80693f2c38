"""A run as one page that needs nothing else: the live view with the whole record, the screen's pictures and figures."""

from __future__ import annotations

import base64
import gzip
import json
from html import escape
from pathlib import Path

from letan.workbench.recording import NAME, SCREENS
from letan.workbench.server import page
from robot.types import LetanError

REPORT = "report.html"
WAYS = ("seed", "loop_seconds", "speed", "complete", "scenario", "problems")  # not figures of the service


def report(run: Path) -> str:
    """The page of the run in a folder; LetanError when there is none, or only the record of another kind of run."""
    try:
        record = (run / NAME).read_text(encoding="utf-8")
        summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        missing = Path(error.filename).name
        raise LetanError(f"{run}: there is no {missing}: begin a run with `letan sim run … --out {run}`") from error
    except (OSError, ValueError) as error:
        raise LetanError(f"{run}: the run can't be read: {error}") from error
    lines = [
        line for line in record.splitlines() if line.startswith("{") and line.endswith("}")
    ]  # a cut one is left out
    packed = base64.b64encode(gzip.compress(f"[{','.join(lines)}]".encode(), mtime=0)).decode("ascii")
    pieces = [f'<script type="application/gzip" id="record">{packed}</script>']
    for picture in sorted((run / SCREENS).glob("*.jpg")):
        data = base64.b64encode(picture.read_bytes()).decode("ascii")
        pieces.append(f'<script type="text/plain" id="screen{picture.stem}">data:image/jpeg;base64,{data}</script>')
    whole = page().replace("<!--figures-->", _figures(summary))
    return whole.replace("<!--record-->", "\n".join(pieces))


def _figures(summary: dict[str, object]) -> str:
    """What came of the run, as a table; what does not hold stands first."""
    rows = [f"<h2>{escape(str(summary.get('scenario')))}, seed {escape(str(summary.get('seed')))}</h2>"]
    problems = summary.get("problems")
    if isinstance(problems, list) and problems:
        rows += [f'<p class="bad">does not hold: {escape(str(problem))}</p>' for problem in problems]
    rows.append("<details><summary>Figures</summary><table>")
    for name, value in summary.items():
        if name not in WAYS:
            rows.append(f"<tr><td>{escape(name.replace('_', ' '))}</td><td>{escape(str(value))}</td></tr>")
    return "\n".join([*rows, "</table></details>"])
