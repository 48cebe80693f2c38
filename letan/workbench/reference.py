"""`letan trees docs`: the reference page of the tree language, in Markdown, from the registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic.fields import FieldInfo

from behaviours.language.expressions import Name
from behaviours.language.lint import CODES
from behaviours.language.spec import TreeFile
from behaviours.language.subtree import CALL
from behaviours.language.words import Word, vocabulary
from letan.workbench.describe import contract_of
from text.quantities import DAY, FAR, UNITS, written

INTRO = """# The words of the trees

Made by `letan trees docs --out docs/tree_reference.md`; how they go together is told in [trees.md](trees.md).
"""
BESIDE = """## Beside every word

| key | |
|---|---|
| `when` | a condition, checked at every tick: the node runs only while it holds, else it fails |
| `until` | a condition that ends the node with success; `when` then only begins it |
| `name` | what it is called in messages and views |

They stand under the word, at its indentation:

```yaml
- go_to: reception
  when: battery > 20 %
  name: home
```
"""
CONDITIONS = """## Conditions

Names (below), variables and parameters; quantities with their unit, times of day (`9:30`), texts in quotes; compared
with `<`, `<=`, `>`, `>=`, `==`, `!=`; joined with `and`, `or`, `not` and brackets. Quantities of one kind can be added
and subtracted (`rest + 30 s`) and multiplied by a number. `visitors multiple of 100` holds for 100, 200, 300 …
"""

_KINDS = {"integer": "a whole number", "boolean": "true or false", "string": "a text", "object": "keys and values"}
_BOUNDS = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
MANY = 1e5  # a bound that nobody comes near
DIMENSIONS = {of for of, _ in UNITS.values()}
OF_ALL = {("ge", 0.0), ("le", DAY), ("le", FAR)}  # bounds of every quantity, told once, below the units
BELOW = {"one": "{go_to: reception}", "many": "[{go_to: reception}, play_music]"}  # what an example hangs under a word


def reference(names: Mapping[str, Name]) -> str:
    """The whole page."""
    words = list(vocabulary().values())
    groups = (
        ("Words that join nodes", [word for word in words if word.children == "many"]),
        ("Words around one node", [word for word in words if word.children == "one"]),
        ("Other trees", [CALL]),
        ("What the robot does", [word for word in words if word.children == "none" and word is not CALL]),
    )
    parts = [INTRO, _head(), BESIDE]
    for title, members in groups:
        parts += [f"## {title}\n", *(_word(word) for word in members)]
    parts += [CONDITIONS, _names(names), _units(), _codes()]
    return "\n".join(parts)


def _table(header: str, rows: Iterable[Iterable[object]]) -> str:
    columns = header.count("|") + 1
    body = "\n".join(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows)
    return f"| {header} |\n|{'---|' * columns}\n{body}\n"


def _head() -> str:
    fields = TreeFile.model_json_schema()
    needed = fields["required"]
    rows = [
        (f"`{name}`{'' if name in needed else ' (optional)'}", field.get("description", ""))
        for name, field in fields["properties"].items()
    ]
    return "## A file\n\n" + _table("key | ", rows)


def _word(word: Word) -> str:
    text = f"### {word.name}\n\n{word.about}\n"
    if contract := contract_of(word):
        text += f"{contract}\n"
    schemas = _schemas(word)
    rows = [_row(info.alias or name, info, schemas) for name, info in word.parameters.model_fields.items()]
    if word.children != "none" and rows:
        rows.append(("`do`", "nodes" if word.children == "many" else "a node", "needed", "what it is about"))
    if rows:
        text += "\n" + _table("parameter | kind | default | ", rows)
    return text + _example(word)


def example(word: Word) -> str:
    """A node as a file has it: what the word needs, or its first parameter, in the short form where there is one."""
    fields = {info.alias or name: info for name, info in word.parameters.model_fields.items()}
    keys = [name for name, info in fields.items() if info.is_required()] or list(fields)[:1]
    schemas = _schemas(word)
    given = {key: _written(fields[key], schemas[key]) for key in keys}
    if word.short and keys == [word.short]:
        return f"{word.name}: {given[word.short]}"
    if word.children != "none" and keys:
        given["do"] = BELOW[word.children]
    elif word.children != "none":
        return f"{word.name}: {BELOW[word.children]}"
    return f"{word.name}: {_braces(given)}" if given else word.name


def _example(word: Word) -> str:
    node = example(word)
    text = f"\n```yaml\n- {node}\n```\n"
    value = node.removeprefix(f"{word.name}: ")
    if word.short and not value.startswith("{"):
        text += f"\nShort for `{word.name}: {_braces({word.short: value})}`.\n"
    return text


def _braces(given: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{key}: {value}' for key, value in given.items())}}}"


def _written(info: FieldInfo, schema: Mapping[str, Any]) -> str:
    """A value that a parameter may have: one that it names, or its default."""
    if info.examples:
        return str(info.examples[0])
    return "…" if info.is_required() else _quantity(info.default, str(schema.get("title", "")).removeprefix("a "))


def _schemas(word: Word) -> dict[str, Any]:
    return dict(word.parameters.model_json_schema(by_alias=True).get("properties", {}))


def _row(name: str, info: FieldInfo, schemas: Mapping[str, Mapping[str, Any]]) -> tuple[str, str, str, str]:
    """One parameter: its name, kind with bounds, default and what it is."""
    schema = schemas[name]
    kind = str(schema.get("title", ""))
    if not kind.startswith(("a ", "an ")):
        kind = " or ".join(f"`{choice}`" for choice in schema.get("enum", ())) or _KINDS.get(
            str(schema.get("type")), ""
        )
    dimension = kind.removeprefix("a ")
    for mark in info.metadata:
        for bound, words in _BOUNDS.items():
            value = getattr(mark, bound, None)
            if value is not None and value < MANY and not (dimension in DIMENSIONS and (bound, value) in OF_ALL):
                kind += f", {words} {_quantity(value, dimension)}"
    default = "needed"
    if not info.is_required():
        default = f"`{_quantity(info.default, dimension)}`" if info.default not in (None, "", {}) else ""
    return f"`{name}`", kind, default, info.description or ""


def _quantity(value: Any, dimension: str) -> str:  # noqa: ANN401 (a default of any field)
    if isinstance(value, bool):
        return str(value).lower()
    return written(value, dimension) if dimension in DIMENSIONS else str(value)


def _names(names: Mapping[str, Name]) -> str:
    rows = []
    for name, each in names.items():
        choices = f": {', '.join(f'`{choice}`' for choice in each.choices if choice)}" if each.choices else ""
        rows.append((f"`{name}`", "true or false" if each.kind == "bool" else each.kind, each.about + choices))
    return "### Names\n\n" + _table("name | kind | ", rows)


def _units() -> str:
    kinds = dict.fromkeys(of for of, _ in UNITS.values())
    rows = [(kind, ", ".join(f"`{unit}`" for unit, (of, _) in UNITS.items() if of == kind)) for kind in kinds]
    bounds = f"up to {written(DAY, 'time')}, lengths up to {written(FAR, 'length')}, and nothing is negative"
    return "### Units\n\n" + _table("kind | units", rows) + f"\nBehind a word times go {bounds}.\n"


def _codes() -> str:
    return "## Lint\n\n" + _table("code | ", ((f"[{code}](lint/{code}.md)", words) for code, words in CODES.items()))
