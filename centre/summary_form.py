"""The form in which summaries are kept: text that is read back to the same counts."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import fields

from centre.summary import Summary

FORM = 1  # those of another one are made anew


def to_json(summary: Summary) -> str:
    """Every counter as a list of keys and counts."""
    told = {}
    for each in fields(summary):
        counter = getattr(summary, each.name)
        told[each.name] = [[_told(key), n] for key, n in sorted(counter.items(), key=repr)]
    return json.dumps(told)


def from_json(told: str) -> Summary:
    """A summary as `to_json` wrote it; ValueError, TypeError or KeyError for anything else."""
    made = Summary()
    found = json.loads(told)
    for each in fields(made):
        setattr(made, each.name, Counter({_key(key): int(n) for key, n in found[each.name]}))
    return made


def _told(key: object) -> object:
    if isinstance(key, tuple):
        return [part.isoformat() if isinstance(part, dt.date) else part for part in key]
    return key


def _key(told: object) -> object:
    """Only the keys by day begin with a date: it is as long as no name of a door."""
    if not isinstance(told, list):
        return told
    head = told[0]
    is_day = len(told) == 3 and isinstance(head, str) and len(head) == 10 and head[4] == "-"
    return (dt.date.fromisoformat(head), *told[1:]) if is_day else tuple(told)
