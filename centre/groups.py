"""Small groups are shown to nobody: they are merged, so that the total does not give them away either."""

from __future__ import annotations

from collections.abc import Mapping


def grouped(counts: Mapping[str, int], least: int) -> list[tuple[str, ...]]:
    """The groups of a count; those under `least` are merged, and while that is not enough the next smallest too.

    What is empty belongs to none. All of them together may still be under `least`.
    """
    names = sorted((name for name, count in counts.items() if count), key=lambda name: (counts[name], name))
    merged: list[str] = []
    while names and (counts[names[0]] < least or (merged and sum(counts[name] for name in merged) < least)):
        merged.append(names.pop(0))
    alone = [(name,) for name in names]
    return sorted([*alone, tuple(sorted(merged))] if merged else alone)
