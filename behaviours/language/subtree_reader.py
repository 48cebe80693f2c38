"""Reads a call of another file's tree: `with` gives its parameters, `into` takes its outputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from behaviours.language.naming import defaults
from behaviours.language.nodes import Source
from behaviours.language.one_file import OneFile
from behaviours.language.parameters import Filler
from behaviours.language.reading import Given, Reading, TreeCall, TreeText
from behaviours.language.scope import Declaration, convert
from behaviours.language.spec import Spec, TreeSpec
from behaviours.language.subtree import CALL, CallParameters
from text.quantities import a
from text.yaml12 import Location, Yaml, closest, nearest, shown

Read = Callable[[Reading, TreeText, TreeCall], TreeSpec | None]


class SubtreeReader:
    """Reads the calls of one file; `read_called` reads the other file's tree."""

    def __init__(self, file: OneFile, fill: Filler, read_called: Read) -> None:
        self.file = file
        self.fill = fill
        self._read_called = read_called

    def read(self, own: dict[str, Yaml], loc: Location, source: Source) -> Spec | None:
        """The called tree in this place, or None with the reasons among the problems."""
        caller, reading = self.file, self.file.reading
        filled = self.fill(CALL, own, loc)
        if filled is None or not isinstance(filled.parameters, CallParameters):
            return None
        name, path = filled.parameters.name, reading.sibling(caller.path, filled.parameters.name)
        known, at = reading.siblings(caller.path), (*loc, "name")
        if name not in known:
            caller.error(at, f"there is no tree `{shown(name)}` beside this file{_hint(path, name, known)}")
            return None
        stack = (*caller.call.stack, caller.path.stem)
        if name in stack:
            caller.error(at, f"the tree `{name}` contains itself: {' > '.join((*stack, name))}")
            return None
        text = reading.file(path)
        if text is None:
            return None
        before = len(reading.problems)
        given = self._given(filled.parameters, text, loc)
        outputs = self._outputs(filled.parameters, text, loc)
        if len(reading.problems) > before:
            return None
        call = TreeCall(given, outputs, stack, self._prefix(name))
        called = self._read_called(reading, text, call)
        if called is None:
            return None
        places = {key: caller.source((*loc, key)) for key in own}
        below = (*called.interrupts, called.root)
        return Spec(name, source, CALL, filled.parameters, below, written=own, places=places, called=called)

    def _prefix(self, name: str) -> str:
        """What its variables' slots begin with: the trees on the way, and a number when it is called more than once."""
        reading = self.file.reading
        prefix = f"{self.file.call.prefix}{name}"
        reading.prefixes[prefix] += 1
        count = reading.prefixes[prefix]
        return f"{prefix}{f'#{count}' if count > 1 else ''}."

    def _given(self, call: CallParameters, text: TreeText, loc: Location) -> dict[str, Given]:
        """Each parameter with its value and where that stands; those of open parameters of the caller are missing."""
        caller, declared = self.file, text.head.parameters
        misspelt = {closest(key, declared) for key in call.given if key not in declared}
        given = defaults(text.document, text.head)
        for key, item in call.given.items():
            place = (*loc, "with", key)
            if key not in declared:
                words = f"`{call.name}` has no parameter `{shown(key)}`{nearest(key, declared)}"
                caller.error(place, words, of_key=True)
                continue
            given.pop(key, None)
            standing = self.fill.standing(item, place)
            if standing.is_wrong:
                continue
            if standing.parameter and self._kind(standing.parameter) != declared[key].type:
                kind = self._kind(standing.parameter)
                caller.error(place, f"`{key}` is {a(declared[key].type)}, but `{item}` is {a(kind)}")
            elif not standing.parameter:
                given |= self._written(key, item, declared[key], place)
            elif standing.given is not None:
                given[key] = standing.given
        for key, declaration in declared.items():
            if declaration.default is None and key not in call.given and key not in misspelt:
                caller.error(loc, f"`{call.name}` needs the parameter `{key}` ({a(declaration.type)})")
        return given

    def _kind(self, parameter: str) -> str:
        return self.file.head.parameters[parameter].type

    def _written(self, key: str, item: Yaml, declaration: Declaration, place: Location) -> dict[str, Given]:
        try:
            convert(item, declaration.type)
        except ValueError as error:
            self.file.error(place, f"`{key}`: {self.fill.instead(item) or error}")
        return {key: Given(item, self.file.path, *self.file.document.position(place))}

    def _outputs(self, call: CallParameters, text: TreeText, loc: Location) -> dict[str, str]:
        """The caller's slot of each output that is taken."""
        caller, declared, slots = self.file, text.head.outputs, dict[str, str]()
        for output, name in call.into.items():
            place, variable = (*loc, "into", output), caller.variables.get(name)
            if output not in declared:
                words = f"`{call.name}` has no output `{shown(output)}`{nearest(output, declared)}"
                caller.error(place, words, of_key=True)
            elif variable is None:
                words = f"unknown variable `{shown(name)}`{nearest(name, caller.variables)}"
                caller.error(place, words)
            elif variable.kind != declared[output].type:
                caller.error(place, f"`{output}` is {a(declared[output].type)}, but `{name}` is {a(variable.kind)}")
            else:
                slots[output] = variable.slot
        return slots


def _hint(path: Path, name: str, known: Sequence[str]) -> str:
    """The name of a tree that is probably meant."""
    stem = name.removesuffix(".yaml").removesuffix(".yml")
    if stem != name and stem in known:
        return f": write `{stem}`, without the ending"
    with suppress(OSError, ValueError):
        if path.with_name(f"{stem}.yml").is_file():
            return f": rename `{shown(stem)}.yml` to `{shown(stem)}.yaml`"
    return nearest(name, known)
