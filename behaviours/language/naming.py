"""The names that a tree's conditions may use: those around it, its parameters, its variables and its outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from behaviours.language.conditions import Variable
from behaviours.language.expressions import Name, Read
from behaviours.language.reading import SECTIONS, Given, TreeCall
from behaviours.language.scope import convert
from behaviours.language.spec import TreeFile
from behaviours.language.tick import Value
from behaviours.language.tokens import KEYWORDS
from text.yaml12 import Document, shown


def defaults(document: Document, head: TreeFile) -> dict[str, Given]:
    """The parameters that have a value without a caller."""
    return {
        name: Given(declaration.default, document.path, *document.position(("parameters", name, "default")))
        for name, declaration in head.parameters.items()
        if declaration.default is not None
    }


def variables_of(head: TreeFile, call: TreeCall) -> dict[str, Variable]:
    """What a tree may set: its variables, and its outputs, which may be variables of its caller."""
    own = {name: Variable(each.type, call.prefix + name) for name, each in head.let.items()}
    for name, each in head.outputs.items():
        own[name] = Variable(each.type, call.outputs.get(name, call.prefix + name))
    return own


def names_of(
    around: Mapping[str, Name], head: TreeFile, call: TreeCall, variables: Mapping[str, Variable]
) -> dict[str, Name]:
    """The names around the tree, its variables, and its parameters as constants of the values given."""
    names = dict(around)
    for section in (head.outputs, head.let):
        for name, declaration in section.items():
            names[name] = Name(declaration.type, declaration.about, _variable(variables[name].slot))
    for name, declaration in head.parameters.items():
        given = call.given.get(name)
        value = convert(given.value if given else declaration.sample, declaration.type)
        names[name] = Name(declaration.type, declaration.about, _constant(value))
    return names


def odd_names(head: TreeFile, around: Mapping[str, Name]) -> Iterator[tuple[str, str, str]]:
    """(section, name, what is wrong with it) of declared names that can't be used."""
    seen: dict[str, str] = {}
    for section in SECTIONS:
        for name in getattr(head, section):
            if not name.isidentifier() or name in KEYWORDS:
                yield section, name, f"`{shown(name)}` can't be a name: use letters, digits and `_`"
            elif name in around:
                yield section, name, f"`{name}` is a name of the world already: choose another"
            elif name in seen:
                yield section, name, f"`{name}` stands under `{seen[name]}` too: choose another"
            seen[name] = section


def _variable(slot: str) -> Read:
    return lambda run: run.variables[slot]


def _constant(value: Value) -> Read:
    return lambda _run: value
