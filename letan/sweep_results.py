"""What a sweep leaves: rows as CSV and Parquet, pictures, and figures by group with their confidence intervals."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from letan.files import write_whole
from letan.sweep import Row

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate between its bounds, at `CONFIDENCE`."""

    value: float
    low: float
    high: float


def share(hits: int, of: int) -> Interval:
    """A share with Wilson's interval (1927); of nothing it is unknown."""
    from scipy.stats import binomtest

    if of == 0:
        return Interval(math.nan, 0.0, 1.0)
    bounds = binomtest(hits, of).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(hits / of, float(bounds.low), float(bounds.high))


def mean(values: Sequence[float]) -> Interval:
    """A mean with Student's interval (1908); one value says nothing about its bounds."""
    from scipy.stats import t

    count, middle = len(values), math.fsum(values) / max(1, len(values))
    if count < 2:
        return Interval(middle if count else math.nan, -math.inf, math.inf)
    spread = math.sqrt(math.fsum((value - middle) ** 2 for value in values) / (count - 1) / count)
    reach = float(t.ppf(0.5 + CONFIDENCE / 2, count - 1)) * spread
    return Interval(middle, middle - reach, middle + reach)


def rate(count: int, runs: int) -> Interval:
    """Events a run with the exact interval of a Poisson process (Garwood 1936): none in ten runs still bounds them."""
    from scipy.stats import chi2

    if runs == 0:
        return Interval(math.nan, 0.0, math.inf)
    beyond = (1.0 - CONFIDENCE) / 2
    low = float(chi2.ppf(beyond, 2 * count)) / 2 if count else 0.0
    return Interval(count / runs, low / runs, float(chi2.ppf(1.0 - beyond, 2 * count + 2)) / 2 / runs)


def by_group(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The rows of each group, in the order of their seeds."""
    groups: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: int(row["seed"])):
        groups.setdefault(row["group"], []).append(row)
    return groups


MEASURES: dict[str, Callable[[Sequence[Row]], Interval]] = {
    "expectations hold": lambda rows: share(sum(row["holds"] for row in rows), len(rows)),
    "guided to the right area": lambda rows: _pooled(rows, "guided_in_area", "guided"),
    "asked to rate on the screen": lambda rows: _pooled(rows, "offered_on_screen", "guided"),
    "gave up waiting": lambda rows: _pooled(rows, "gave_up", "citizens"),
    "contacts by the robot, a run": lambda rows: rate(sum(row["contacts_by_robot"] for row in rows), len(rows)),
    "contacts shared, a run": lambda rows: rate(sum(row["contacts_shared"] for row in rows), len(rows)),
    "contacts with walls, a run": lambda rows: rate(sum(row["contacts_wall"] for row in rows), len(rows)),
    "contacts by people, a run": lambda rows: rate(sum(row["contacts_by_people"] for row in rows), len(rows)),
    "localisation p95, m": lambda rows: mean([float(row["localization_p95"]) for row in rows]),
    "x real time": lambda rows: mean([float(row["speed"]) for row in rows]),
}


def _pooled(rows: Sequence[Row], hits: str, of: str) -> Interval:
    return share(sum(int(row[hits]) for row in rows), sum(int(row[of]) for row in rows))


def write_results(out: Path, rows: Sequence[Row]) -> list[str]:
    """runs.csv, runs.parquet and sweep.png in `out`; the names of those written, and a word on those that were not."""
    ordered = [row for group in by_group(rows).values() for row in group]
    write_whole(out / "runs.csv", _csv(ordered))
    told = ["runs.csv"]
    for name, make in (("runs.parquet", _parquet), ("sweep.png", _picture)):
        try:
            write_whole(out / name, make(ordered))
            told.append(name)
        except ImportError as error:
            told.append(f"no {name}: {error.name} is not installed (pip install 'letan[sweep]')")
    return told


def _flat(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Each row with the columns of all of them; what one lacks is None."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    return [{key: "; ".join(row[key]) if key == "problems" else row.get(key) for key in columns} for row in rows]


def _csv(rows: Sequence[Row]) -> str:
    flat, text = _flat(rows), io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(flat[0]) if flat else ["group"])
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue()


def _parquet(rows: Sequence[Row]) -> bytes:
    import pyarrow
    from pyarrow import parquet

    sink = pyarrow.BufferOutputStream()
    parquet.write_table(pyarrow.Table.from_pylist(_flat(rows)), sink)
    found: bytes = sink.getvalue().to_pybytes()
    return found


def _picture(rows: Sequence[Row]) -> bytes:
    """Each measure by group: a dot with its interval."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    groups = by_group(rows)
    height = 1.2 + 0.35 * len(groups)
    figure = Figure(figsize=(15.0, 2.0 * height), layout="constrained")
    for axes, (name, measure) in zip(figure.subplots(2, 5, sharey=True).flat, MEASURES.items(), strict=True):
        for place, found in enumerate(groups.values()):
            each = measure(found)
            low, high = (bound if math.isfinite(bound) else each.value for bound in (each.low, each.high))
            axes.plot([low, high], [place, place], color="#74938A", linewidth=3)
            axes.plot([each.value], [place], "o", color="#0A564D")
        axes.set_title(name, fontsize=10)
        axes.set_yticks(range(len(groups)), list(groups), fontsize=9)
        axes.grid(axis="x", color="#DFF0E8")
    picture = io.BytesIO()
    FigureCanvasAgg(figure).print_png(picture)
    return picture.getvalue()
