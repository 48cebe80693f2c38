"""`letan trees schema`: the JSON Schema (draft 7) of tree files, for completion, hover and early errors in editors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from behaviours.language.expressions import Name
from behaviours.language.fields import Surroundings, fields_that_refer_to
from behaviours.language.reading import SECTIONS
from behaviours.language.spec import TreeFile
from behaviours.language.subtree import CALL
from behaviours.language.tokens import KEYWORDS
from behaviours.language.words import Word, vocabulary
from letan.workbench.describe import contract_of

Schema = dict[str, Any]
NODE: Schema = {"$ref": "#/definitions/node"}
NODES: Schema = {"type": "array", "items": NODE, "minItems": 1}
CONDITION: Schema = {"$ref": "#/definitions/condition"}
OURS = {"default", "description", "ge", "gt", "le", "lt"}  # pydantic's keys for bounds are about SI values
PARAMETER: Schema = {"type": "string", "pattern": r"^\$", "title": "a parameter of this tree"}


def schema(around: Surroundings, trees: Sequence[str]) -> Schema:
    """The schema of a tree file of this site, beside these trees."""
    words = vocabulary()
    head = TreeFile.model_json_schema()
    about = {name: field.get("description", "") for name, field in head["properties"].items()}
    properties: Schema = {name: {"description": words} for name, words in about.items()}
    properties["tree"] |= {"type": "string"}
    properties["about"] |= {"type": "string", "minLength": 1}
    for key in SECTIONS:
        properties[key] |= {"type": "object", "additionalProperties": {"$ref": "#/definitions/declaration"}}
        properties[key]["propertyNames"] = {"pattern": r"^[^\W\d]\w*$", "not": {"enum": sorted(KEYWORDS)}}
    properties["interrupts"] |= {"type": "array", "items": {"$ref": "#/definitions/interrupt"}}
    properties["root"] |= NODE
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A behaviour tree of Letan",
        **_object(properties, ["tree", "about", "root"]),
        "definitions": {
            "node": _node(words),
            "condition": _condition(around.names),
            "interrupt": _object(
                {"when": CONDITION, "until": CONDITION, "do": NODE, "name": {"type": "string"}}, ["when", "do"]
            ),
            "declaration": _declaration(head["$defs"]["Declaration"]),
            **{f"word_{word.name}": _word(word, around, trees) for word in words.values()},
        },
    }


def _object(properties: Schema, required: Sequence[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _node(words: Mapping[str, Word]) -> Schema:
    bare = [word for word in words.values() if word.children == "none" and not _required(word)]
    inside: Schema = {name: {"$ref": f"#/definitions/word_{name}"} for name in words}
    inside |= {
        "when": {**CONDITION, "description": "checked at every tick: the node runs only while it holds"},
        "until": {**CONDITION, "description": "ends the node; `when` then only begins it"},
        "name": {"type": "string", "description": "what it is called in messages and views"},
    }
    return {
        "anyOf": [
            {"type": "string", "enum": [word.name for word in bare], "enumDescriptions": [word.about for word in bare]},
            {**_object(inside, []), "oneOf": [{"required": [name]} for name in words]},
        ]
    }


def _condition(names: Mapping[str, Name]) -> Schema:
    rows = "\n".join(f"- `{name}` ({each.kind}): {each.about}" for name, each in names.items())
    about = f"A condition such as `battery < 20 % and not charging`. Names:\n{rows}"
    return {"type": ["string", "boolean"], "minLength": 1, "description": about, "examples": sorted(names)}


def _declaration(model: Schema) -> Schema:
    short = {"type": ["number", "boolean", "string"], "description": "its first value; the kind is that of the value"}
    long = {**model, "additionalProperties": False}
    return {"anyOf": [short, long]}


def _required(word: Word) -> list[str]:
    return list(word.parameters.model_json_schema(by_alias=True).get("required", []))


def _word(word: Word, around: Surroundings, trees: Sequence[str]) -> Schema:
    """What may stand behind a word."""
    fields, required = _fields(word, around, trees), _required(word)
    forms: list[Schema] = []
    if word.children == "none":
        forms.append(_object(fields, required))
        if word.short and set(required) <= {word.short}:
            forms.append(fields[word.short])
        if not required:
            forms.append({"type": "null"})
    else:
        below = NODES if word.children == "many" else NODE
        forms.append(_object({**fields, "do": below}, [*required, "do"]))
        if not required:
            forms.append(below)
    about = f"{word.about}\n\n{contract_of(word)}".strip()
    return {"description": about, **(forms[0] if len(forms) == 1 else {"anyOf": forms})}


def _fields(word: Word, around: Surroundings, trees: Sequence[str]) -> Schema:
    properties = word.parameters.model_json_schema(by_alias=True).get("properties", {})
    texts, places = (fields_that_refer_to(kind, word.parameters) for kind in ("text", "place"))
    keys = sorted(set.intersection(*(set(keys) for keys in around.texts.values()))) if around.texts else []
    result: Schema = {}
    for name, field in properties.items():
        written = {key: value for key, value in field.items() if key not in OURS}
        if name in texts:
            written = {"type": "string", "enum": keys}
        elif name in places:
            written = {"type": "string", "enum": sorted(around.places)}
        elif word is CALL and name == "name":
            written = {"type": "string", "enum": list(trees)}
        elif written.get("title") == "a condition":
            written = CONDITION
        result[name] = {"description": field.get("description", ""), "anyOf": [written, PARAMETER]}
    return result
