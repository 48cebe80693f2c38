"""Coverage as text and as a page that needs nothing else: the YAML of the trees, coloured by what ran."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from hmi.theme import load_theme
from letan.workbench.coverage import Count, Coverage
from letan.workbench.observing import CUT, DONE, FAILED

STYLE = """\
body{{margin:0;background:{sheet};color:{ink};font:16px "Be Vietnam Pro","Noto Sans",sans-serif}}
header{{background:{celadon};padding:24px 32px}}h1{{font-size:24px;margin:0}}p{{margin:6px 0 0}}
main{{padding:24px 32px}}h2{{font-size:20px;margin:28px 0 8px}}h2 small{{font-weight:normal;color:{ink2}}}
table{{border-collapse:collapse;background:{white};border:2px solid {edge};width:100%}}
td{{padding:2px 10px;vertical-align:top}}td.n{{text-align:right;color:{ink2}}}
pre{{margin:0;font:15px/1.5 "DejaVu Sans Mono",monospace;white-space:pre-wrap}}
tr.all{{background:{mist}}}tr.part{{background:{marigold_mist}}}tr.none{{background:{brick_mist}}}
td.mark{{font-weight:bold;width:1.2em}}td.what{{color:{ink2};font-size:15px}}
tr.none td.what,tr.part td.what{{color:{ink}}}
ul{{margin:8px 0;padding-left:22px}}.key span{{padding:2px 10px;margin-right:8px;border:1px solid {edge}}}
"""
MARKS = {"all": "✓", "part": "½", "none": "✗", "": ""}


def as_text(coverage: Coverage) -> str:
    """Each file with its share, its nodes with their counts, and what is missing."""
    taken, every = coverage.share()
    lines = [f"{', '.join(coverage.runs)}: {taken} of {every} branches ({taken / max(1, every):.0%})"]
    for path in sorted(coverage.files):
        of, all_ = coverage.share([path])
        lines.append(f"\n{path.name}: {of} of {all_}")
        for line, counts in coverage.by_line(path).items():
            for count in counts:
                ways = [way for way in count.missing if way != "never ran"]  # which the counts say already
                missing = f"   <- {'; '.join(ways)}" if ways else ""
                lines.append(f"  {line:4d}  {count.name:<36} {said(count)}{missing}")
    return "\n".join(lines)


def said(count: Count, apart: bool = False) -> str:
    """The counts of a node in words; `apart`: without conditions, which are told on their own lines."""
    ends = ((count.ends[DONE], "done"), (count.ends[FAILED], "failed"), (count.ends[CUT], "interrupted"))
    parts = [f"ran {count.began}" if count.began else "never ran", *(f"{word} {n}" for n, word in ends if n)]
    if not apart:
        parts += [asked(word, c) for word, c in (("when", count.when), ("until", count.until)) if c is not None]
    return ", ".join(parts)


def asked(word: str, counts: dict[bool, int]) -> str:
    """How often a condition was true and false, in ticks."""
    return f"{word} true {counts[True]} / false {counts[False]}"


def as_html(coverage: Coverage) -> str:
    """One page with every file."""
    taken, every = coverage.share()
    palette = load_theme().palette
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Branch coverage of trees</title>',
        f"<style>{STYLE.format(**palette)}</style>\n</head>\n<body>\n<header><h1>Branch coverage of trees: "
        f"{taken} of {every} branches ({taken / max(1, every):.0%})</h1><p>{escape(', '.join(coverage.runs))}</p>"
        f'<p class="key"><span style="background:{palette["mist"]}">✓ every branch</span>'
        f'<span style="background:{palette["marigold_mist"]}">½ some</span>'
        f'<span style="background:{palette["brick_mist"]}">✗ never ran</span></p></header>\n<main>',
    ]
    for path in sorted(coverage.files):
        of, all_ = coverage.share([path])
        parts.append(f"<h2>{escape(path.name)} <small>{of} of {all_} branches</small></h2>\n<table>")
        parts += _rows(coverage, path)
        parts.append("</table>")
    return "\n".join([*parts, "</main>\n</body>\n</html>\n"])


def _rows(coverage: Coverage, path: Path) -> Iterator[str]:
    nodes, conditions = coverage.by_line(path), _conditions(coverage, path)
    for number, text in enumerate(coverage.files[path].splitlines(), 1):
        here, apart = nodes.get(number, []), conditions.get(number, [])
        told = [said(count, _is_apart(count)) for count in here] + [asked(word, counts) for word, counts in apart]
        words, state = "; ".join(told), _state(here, [counts for _, counts in apart])
        yield (
            f'<tr class="{state}" id="{path.stem}-{number}"><td class="n">{number}</td><td class="mark">{MARKS[state]}'
            f'</td><td><pre>{escape(text)}</pre></td><td class="what">{escape(words)}</td></tr>'
        )


def _conditions(coverage: Coverage, path: Path) -> dict[int, list[tuple[str, dict[bool, int]]]]:
    """Conditions that stand on a line of their own, by line."""
    lines: dict[int, list[tuple[str, dict[bool, int]]]] = {}
    for source, count in coverage.counts.items():
        for word, counts in (("when", count.when), ("until", count.until)):
            place = count.places.get(word)
            if counts is not None and place is not None and Path(place.file) == path and place.line != source.line:
                lines.setdefault(place.line, []).append((word, counts))
    return lines


def _is_apart(count: Count) -> bool:
    """Whether its conditions stand on lines of their own."""
    return all(place.line != count.line for place in count.places.values())


def _state(nodes: list[Count], apart: list[dict[bool, int]]) -> str:
    if not nodes and not apart:
        return ""
    ways = [counts[way] > 0 for counts in apart for way in (True, False)]
    for count in nodes:
        ways.append(count.began > 0)
        if not _is_apart(count):
            ways += [c[way] > 0 for c in (count.when, count.until) if c is not None for way in (True, False)]
    if nodes and not any(count.began for count in nodes):
        return "none"
    return "all" if all(ways) else "part" if any(ways) else "none"
