"""A word's parameters: what the file says, with `$name` replaced by what the tree was given, checked by its model."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from behaviours.language.nodes import Parameters
from behaviours.language.one_file import OneFile
from behaviours.language.reading import Given
from behaviours.language.spec import BESIDE
from behaviours.language.words import Word
from text.problems import Problem
from text.quantities import a, dimension_of, written
from text.validation import errors_of, explain_item
from text.yaml12 import Location, Yaml, nearest, shown

_PARAMETER = re.compile(r"\$[^\W\d]\w*")
_BOUNDS = {
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
}


class Filled(NamedTuple):
    """Checked parameters; None inside where a caller will give some of them."""

    parameters: Parameters | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A value as it stands: written here, or that of a parameter (`given` is None where a caller will give it)."""

    value: Yaml
    parameter: str = ""
    given: Given | None = None
    is_wrong: bool = False


class Filler:
    """Fills in the parameters of one file's nodes."""

    def __init__(self, file: OneFile) -> None:
        self.file = file

    def __call__(self, word: Word, own: dict[str, Yaml], loc: Location) -> Filled | None:
        """The word's checked parameters, or None with the reasons among the problems."""
        standing = {key: self.standing(item, (*loc, key)) for key, item in own.items()}
        try:
            raw = {key: value.value for key, value in standing.items()}
            checked = word.parameters.model_validate(raw, context=self.file.around)
        except ValidationError as error:
            problems = [
                problem
                for item in errors_of(error, word.parameters)
                if (problem := self._problem(word, item, loc, standing)) is not None
            ]
            self.file.reading.problems += problems
            return None if problems or any(value.is_wrong for value in standing.values()) else Filled(None)
        open_ones = any(value.parameter and value.given is None for value in standing.values())
        return Filled(None if open_ones else checked)

    def standing(self, value: Yaml, loc: Location) -> Standing:
        """A value, or what the tree was given where it says `$name`."""
        if not (isinstance(value, str) and value.startswith("$")):
            return Standing(value)
        name = value[1:]
        if name not in self.file.head.parameters:
            near = nearest(value, [f"${known}" for known in self.file.head.parameters])
            words = self.instead(value) or f"unknown parameter `{shown(value)}`{near}"
            self.file.error(loc, words)
            return Standing(value, is_wrong=True)
        self.file.used.add(name)
        given = self.file.call.given.get(name)
        return Standing(self.file.head.parameters[name].sample if given is None else given.value, name, given)

    def instead(self, value: object) -> str:
        """What to say of a text that is no value: the name of a variable or parameter, or a calculation."""
        if not isinstance(value, str):
            return ""
        name = value.removeprefix("$")
        if name in self.file.head.let or name in self.file.head.outputs:
            only = "which only conditions and `set` know"
            return f"`{name}` is a variable, {only}: here stands a value, or a parameter that the caller gives"
        if value in self.file.head.parameters:
            return f"a parameter stands with a `$` here: write `${value}`"
        if _PARAMETER.search(value) and not name.isidentifier():
            return f"nothing is calculated here: a parameter stands alone, as in `{_PARAMETER.findall(value)[0]}`"
        return ""

    def _problem(self, word: Word, item: ErrorDetails, loc: Location, standing: dict[str, Standing]) -> Problem | None:
        value = standing.get(str(item["loc"][0])) if item["loc"] else None
        problem = explain_item(self.file.document, word.parameters, _in_units(item, value), loc)
        if item["type"] == "extra_forbidden" and item["loc"][-1] in BESIDE:
            words = f"`{item['loc'][-1]}` belongs beside `{word.name}`, not below it: indent it less"
            return replace(problem, words=words)
        if value is None or not (value.parameter or value.is_wrong):
            is_condition = hasattr(item.get("ctx", {}).get("error"), "column")
            instead = "" if value is None or is_condition else self.instead(value.value)
            return replace(problem, words=instead or problem.words)
        if value.is_wrong:
            return None  # said already
        if value.given is not None:  # the mistake is where the value stands
            words = f"{problem.words} (as `${value.parameter}` in {self.file.document.path.name}:{problem.line})"
            return Problem(value.given.path, value.given.line, value.given.column, words)
        kind = self.file.head.parameters[value.parameter].type
        if item["type"] != "value_error" or kind == "text":  # only the caller's value can be too large or unknown
            return None
        words = f"{problem.words.split(', got')[0]}, but `${value.parameter}` is {a(kind)}"
        return replace(problem, words=words)


def _in_units(item: ErrorDetails, standing: Standing | None) -> ErrorDetails:
    """An error about a bound, with the bound and the value as a designer writes them, not in SI units."""
    dimension = dimension_of(standing.value) if standing is not None and isinstance(standing.value, str) else ""
    if standing is None or not dimension or item["type"] not in _BOUNDS:
        return item
    name, words = _BOUNDS[item["type"]]
    bound = written(item["ctx"][name], dimension)
    return {**item, "type": "bound", "msg": f"expected {words} {bound}", "input": standing.value}
