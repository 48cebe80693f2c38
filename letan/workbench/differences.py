"""`letan trees diff`: what another version of a tree does differently, not how it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Literal

from behaviours.language.fields import Surroundings
from behaviours.language.nodes import Source
from behaviours.language.reader import check_tree
from behaviours.language.spec import Spec, TreeSpec
from letan.workbench.describe import describe
from letan.workbench.equivalence import Meaning, below, fields, whole, word_of
from robot.types import LetanError

ALIKE = 0.4  # share of what two nodes have in common from which one is taken for the other, changed


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, with its place in the old and in the new file (None where there is none)."""

    kind: Literal["added", "removed", "moved", "changed"]
    old: Source | None
    new: Source | None
    words: str

    def __str__(self) -> str:
        places = [f"{place.file}:{place.line}:{place.column}" for place in (self.old, self.new) if place is not None]
        return f"{' -> '.join(places)}: {self.kind} {self.words}"


def compare(old: Path, new: Path, around: Surroundings) -> list[Change]:
    """The differences of two files, or of all trees of two folders."""
    if old.is_dir() != new.is_dir():
        raise LetanError(f"{old} and {new}: compare two files or two folders")
    pairs = [(old, new)]
    if old.is_dir():
        names = sorted({path.name for folder in (old, new) for path in folder.glob("*.yaml")})
        pairs = [(old / name, new / name) for name in names]
    found: list[Change] = []
    for before, after in pairs:
        if not old.is_dir() or (before.exists() and after.exists()):
            found += differences(check_tree(before, around), check_tree(after, around))
        elif before.exists():
            found.append(Change("removed", Source(str(before), 1, 1), None, f"the tree `{before.stem}`"))
        else:
            found.append(Change("added", None, Source(str(after), 1, 1), f"the tree `{after.stem}`"))
    return found


def differences(old: TreeSpec, new: TreeSpec) -> list[Change]:
    """All differences of two trees, in the order of the new one."""
    found = [*_declarations(old, new)]
    comparison = _Comparison()
    comparison.lists((*old.interrupts, old.root), (*new.interrupts, new.root))
    found += comparison.changes()
    return sorted(found, key=lambda each: ((place := each.new or each.old) and (place.line, place.column)) or (0, 0))


def _declarations(old: TreeSpec, new: TreeSpec) -> Iterator[Change]:
    for section in ("parameters", "outputs", "let"):
        before, after = getattr(old.head, section), getattr(new.head, section)
        for name in dict.fromkeys((*before, *after)):
            title = f"`{name}` under `{section}`"
            places = [_at(tree, section, name) for tree in (old, new)]
            if name not in after:
                yield Change("removed", places[0], None, title)
            elif name not in before:
                yield Change("added", None, places[1], title)
            elif (before[name].type, before[name].initial) != (after[name].type, after[name].initial):
                words = f"{title}: {_declared(before[name])} -> {_declared(after[name])}"
                yield Change("changed", places[0], places[1], words)


def _at(tree: TreeSpec, section: str, name: str) -> Source:
    return Source(str(tree.document.path), *tree.document.position((section, name), of_key=True))


def _declared(declaration: object) -> str:
    kind, default = getattr(declaration, "type", ""), getattr(declaration, "default", None)
    return f"{kind}, {default}" if default is not None else kind


class _Comparison:
    """Pairs the nodes of two trees: what is equal, what is alike, and what is left over and may have moved."""

    def __init__(self) -> None:
        self._found: list[Change] = []
        self._removed: list[Spec] = []
        self._added: list[Spec] = []

    def lists(self, old: Sequence[Spec], new: Sequence[Spec]) -> None:
        """Children of two nodes that are the same one."""
        pairs = _pairs(old, new)
        stayed = _longest_rise([pairs[i] for i in sorted(pairs)])
        for i, j in pairs.items():
            if j not in stayed:
                self._found.append(Change("moved", old[i].source, new[j].source, _called(new[j])))
            self._node(old[i], new[j])
        self._removed += [spec for i, spec in enumerate(old) if i not in pairs]
        taken = set(pairs.values())
        self._added += [spec for j, spec in enumerate(new) if j not in taken]

    def _node(self, old: Spec, new: Spec) -> None:
        before, after = fields(old), fields(new)
        if word_of(old) != word_of(new):
            words = f"`{word_of(old)}` to {_called(new)}"
            self._found.append(Change("changed", old.source, new.source, words))
        for key in dict.fromkeys((*before, *after)):
            if before.get(key) != after.get(key):
                places = old.place(key), new.place(key)
                words = f"{_called(new)}: {key} {_written(old, key)} -> {_written(new, key)}"
                self._found.append(Change("changed", *places, words))
        self.lists(below(old), below(new))

    def changes(self) -> list[Change]:
        """Everything; what was taken away here and stands there has moved, with or without what was around it."""
        spare: dict[object, Spec] = {}
        for spec in (inner for top in self._added for inner in _all(top)):
            spare.setdefault(whole(spec), spec)
        moved: dict[int, Spec] = {}
        for top in self._removed:
            self._taken(top, spare, moved)
        for top in self._added:
            self._put(top, {id(spec) for spec in moved.values()})
        return self._found

    def _taken(self, spec: Spec, spare: dict[object, Spec], moved: dict[int, Spec]) -> None:
        there = spare.pop(whole(spec), None)
        if there is not None:
            moved[id(spec)] = there
            self._found.append(Change("moved", spec.source, there.source, _called(spec)))
            return
        self._found.append(Change("removed", spec.source, None, _called(spec)))
        for child in below(spec):
            self._taken(child, spare, moved)

    def _put(self, spec: Spec, moved: set[int]) -> None:
        if id(spec) in moved:
            return
        self._found.append(Change("added", None, spec.source, _called(spec)))
        for child in below(spec):
            self._put(child, moved)


def _all(spec: Spec) -> Iterator[Spec]:
    yield spec
    for child in below(spec):
        yield from _all(child)


@dataclass(frozen=True, slots=True)
class _Look:
    """What of a child is compared: all of it, its word, its kind, and what it consists of."""

    whole: Meaning
    word: str
    kind: str
    has_children: bool
    parts: frozenset[Meaning]

    @classmethod
    def of(cls, spec: Spec) -> _Look:
        """One look at a node and what is below it."""
        inner = (whole(node) for node in _all(spec) if node is not spec)
        parts = frozenset([*fields(spec).items(), *inner])
        return cls(whole(spec), word_of(spec), describe(spec).kind, bool(below(spec)), parts)

    def likeness(self, other: _Look) -> float:
        """0 to 1: the share of parts that are the same; a word counts, but another of its kind can replace it."""
        is_same = self.word == other.word
        if not is_same and (self.kind != other.kind or not self.has_children):
            return 0.0
        return 0.2 * is_same + 0.8 * len(self.parts & other.parts) / max(len(self.parts | other.parts), 1)


def _pairs(old: Sequence[Spec], new: Sequence[Spec]) -> dict[int, int]:
    """Which old child is which new one: equal ones first, then those most alike."""
    pairs: dict[int, int] = {}
    before, after = [_Look.of(spec) for spec in old], [_Look.of(spec) for spec in new]
    matcher = SequenceMatcher(None, [look.whole for look in before], [look.whole for look in after], autojunk=False)
    for block in matcher.get_matching_blocks():
        pairs |= {block.a + k: block.b + k for k in range(block.size)}
    taken = set(pairs.values())
    rest = [(i, j) for i in range(len(old)) if i not in pairs for j in range(len(new)) if j not in taken]
    scored = [((before[i].whole == after[j].whole) + before[i].likeness(after[j]), -abs(i - j), i, j) for i, j in rest]
    for score, _, i, j in sorted(scored, reverse=True):
        if score >= ALIKE and i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def _longest_rise(values: Sequence[int]) -> set[int]:
    """The largest set of children that kept their order: what is not in it has moved."""
    best: list[tuple[int, ...]] = []
    for index, value in enumerate(values):
        longest: tuple[int, ...] = ()
        for k in range(index):
            if values[k] < value and len(best[k]) > len(longest):
                longest = best[k]
        best.append((*longest, value))
    longest = max(best, key=len, default=())
    return set(longest)


def _called(spec: Spec) -> str:
    said = describe(spec)
    name = f" “{said.name}”" if said.name else ""
    return f"`{' '.join(part for part in (word_of(spec), said.main) if part)}`{name}"


def _written(spec: Spec, key: str) -> str:
    """A field as the file has it."""
    condition = {"when": spec.when, "until": spec.until}.get(key)
    if condition is not None:
        return f"`{condition.text}`"
    if key == "name":
        return f"“{spec.label}”" if spec.label != word_of(spec) else "nothing"
    if key in spec.written:
        return f"`{spec.written[key]}`"
    return "nothing" if key in ("when", "until") else "the default"
