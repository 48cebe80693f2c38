"""A call of another file's tree: `with` gives its parameters, `into` takes its outputs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from behaviours.language.naming import defaults
from behaviours.language.nodes import Source
from behaviours.language.reading import Given, TreeCall, TreeText
from behaviours.language.scope import Declaration, convert
from behaviours.language.spec import Spec
from behaviours.language.units import a
from behaviours.language.words import CALL, CallParameters
from text.yaml12 import Location, closest, nearest, shown

if TYPE_CHECKING:
    from behaviours.language.reader import TreeReader


class Caller:
    """Reads the calls of one file."""

    def __init__(self, reader: TreeReader) -> None:
        self.reader = reader

    def spec(self, own: dict[str, Any], loc: Location, source: Source) -> Spec | None:
        """The called tree in this place, or None with the reasons among the problems."""
        reader, reading = self.reader, self.reader.reading
        filled = reader.fill(CALL, own, loc)
        if filled is None or not isinstance(filled.parameters, CallParameters):
            return None
        name, path = filled.parameters.name, reading.sibling(reader.path, filled.parameters.name)
        known, at = reading.siblings(reader.path), (*loc, "name")
        if name not in known:
            reader.error(at, f"there is no tree `{shown(name)}` beside this file{_hint(path, name, known)}")
            return None
        stack = (*reader.call.stack, reader.path.stem)
        if name in stack:
            reader.error(at, f"the tree `{name}` contains itself: {' > '.join((*stack, name))}")
            return None
        file = reading.file(path)
        if file is None:
            return None
        before = len(reading.problems)
        given = self._given(filled.parameters, file, loc)
        outputs = self._outputs(filled.parameters, file, loc)
        if len(reading.problems) > before:
            return None
        call = TreeCall(given, outputs, stack, self._prefix(name))
        called = type(reader)(reading, file.document, file.head, call).read()
        if called is None:
            return None
        places = {key: reader.source((*loc, key)) for key in own}
        below = (*called.interrupts, called.root)
        return Spec(name, source, CALL, filled.parameters, below, written=own, places=places, called=called)

    def _prefix(self, name: str) -> str:
        """What its variables' slots begin with: the trees on the way, and a number when it is called more than once."""
        reading = self.reader.reading
        prefix = f"{self.reader.call.prefix}{name}"
        reading.prefixes[prefix] += 1
        count = reading.prefixes[prefix]
        return f"{prefix}{f'#{count}' if count > 1 else ''}."

    def _given(self, call: CallParameters, file: TreeText, loc: Location) -> dict[str, Given]:
        """Each parameter with its value and where that stands; those of open parameters of the caller are missing."""
        reader, declared = self.reader, file.head.parameters
        misspelt = {closest(key, declared) for key in call.given if key not in declared}
        given = defaults(file.document, file.head)
        for key, item in call.given.items():
            place = (*loc, "with", key)
            if key not in declared:
                words = f"`{call.name}` has no parameter `{shown(key)}`{nearest(key, declared)}"
                reader.error(place, words, of_key=True)
                continue
            given.pop(key, None)
            standing = reader.fill.standing(item, place)
            if standing.is_wrong:
                continue
            if standing.parameter and self._kind(standing.parameter) != declared[key].type:
                kind = self._kind(standing.parameter)
                reader.error(place, f"`{key}` is {a(declared[key].type)}, but `{item}` is {a(kind)}")
            elif not standing.parameter:
                given |= self._written(key, item, declared[key], place)
            elif standing.given is not None:
                given[key] = standing.given
        for key, declaration in declared.items():
            if declaration.default is None and key not in call.given and key not in misspelt:
                reader.error(loc, f"`{call.name}` needs the parameter `{key}` ({a(declaration.type)})")
        return given

    def _kind(self, parameter: str) -> str:
        return self.reader.head.parameters[parameter].type

    def _written(self, key: str, item: Any, declaration: Declaration, place: Location) -> dict[str, Given]:  # noqa: ANN401
        try:
            convert(item, declaration.type)
        except ValueError as error:
            self.reader.error(place, f"`{key}`: {self.reader.fill.instead(item) or error}")
        return {key: Given(item, self.reader.path, *self.reader.document.position(place))}

    def _outputs(self, call: CallParameters, file: TreeText, loc: Location) -> dict[str, str]:
        """The caller's slot of each output that is taken."""
        reader, declared, slots = self.reader, file.head.outputs, {}
        for output, name in call.into.items():
            place, variable = (*loc, "into", output), reader.variables.get(name)
            if output not in declared:
                words = f"`{call.name}` has no output `{shown(output)}`{nearest(output, declared)}"
                reader.error(place, words, of_key=True)
            elif variable is None:
                words = f"unknown variable `{shown(name)}`{nearest(name, reader.variables)}"
                reader.error(place, words)
            elif variable.kind != declared[output].type:
                reader.error(place, f"`{output}` is {a(declared[output].type)}, but `{name}` is {a(variable.kind)}")
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
