"""`letan trees export --groot`: a tree and those it calls as BehaviorTree.CPP 4 XML, which Groot2 opens.

What BehaviorTree.CPP has under another name gets that name; our own words, also `when` and `until`, are described in
the TreeNodesModel. See https://www.behaviortree.dev/docs/learn-the-basics/xml_format.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as Xml

from behaviours.language.lint.facts import own
from behaviours.language.spec import Spec, TreeSpec
from behaviours.language.subtree import CALL, CallParameters
from behaviours.language.words import Word, vocabulary

GUARD = "Guard"
_NAMES = {
    "first_of": "ReactiveFallback",
    "try_in_order": "Fallback",
    "sequence": "Sequence",
    "together": "Parallel",
    "invert": "Inverter",
    "always_succeed": "ForceSuccess",
    "always_fail": "ForceFailure",
    "retry": "RetryUntilSuccessful",
    "repeat": "Repeat",
    "timeout": "Timeout",
    "delay": "Delay",
}
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # by XML 1.0


def as_groot(tree: TreeSpec) -> str:
    """The XML text."""
    root = Xml.Element("root", BTCPP_format="4", main_tree_to_execute=_id(tree.name))
    for each in _trees(tree).values():
        if each.head.let or each.head.outputs:
            declared = {**each.head.outputs, **each.head.let}
            words = ", ".join(f"{name} ({declaration.type})" for name, declaration in declared.items())
            root.append(Xml.Comment(f" {each.name} remembers: {words} "))
        top = Xml.SubElement(root, "BehaviorTree", ID=_id(each.name))
        if each.interrupts:
            top = Xml.SubElement(top, "ReactiveFallback", name="interrupts")
        for spec in (*each.interrupts, each.root):
            _add(top, spec)
    root.append(_models())
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _id(name: str) -> str:
    """A tree's name; BehaviorTree.CPP wants another than any node's."""
    return f"{name}_tree" if name in vocabulary() else name


def _trees(tree: TreeSpec) -> dict[str, TreeSpec]:
    """The tree, and every one that it calls, by name."""
    found, ahead = {tree.name: tree}, [tree]
    while ahead:
        each = ahead.pop()
        for node in (node for top in (*each.interrupts, each.root) for node in own(top)):
            if node.called is not None and node.called.name not in found:
                found[node.called.name] = node.called
                ahead.append(node.called)
    return found


def _add(above: Xml.Element, spec: Spec) -> None:
    """A node, under a guard if it has conditions."""
    if spec.when is not None or spec.until is not None:
        conditions = {key: each.text for key, each in (("when", spec.when), ("until", spec.until)) if each is not None}
        above = Xml.SubElement(above, GUARD, {key: _clean(text) for key, text in conditions.items()})
    if spec.word is None:
        _add(above, spec.children[0])
        return
    name = "SubTree" if spec.word is CALL else _NAMES.get(spec.word.name, spec.word.name)
    default = spec.parameters.name if isinstance(spec.parameters, CallParameters) else spec.word.name
    ports = {key: _clean(_port(value)) for key, value in _ports(spec).items()}
    label = {"name": _clean(spec.label)} if spec.label != default else {}
    node = Xml.SubElement(above, name, ports | label)
    for child in spec.children if spec.called is None else ():
        _add(node, child)


def _ports(spec: Spec) -> dict[str, Any]:
    """A node's ports as BehaviorTree.CPP calls them, in its units."""
    word, p, written = spec.word, spec.parameters, dict(spec.written)
    assert word is not None
    if word is CALL and isinstance(p, CallParameters) and spec.called is not None:
        declared = spec.called.head.parameters.items()
        defaults = {name: each.default for name, each in declared if each.default is not None}
        into = {output: f"{{{variable}}}" for output, variable in p.into.items()}
        return {"ID": _id(p.name), **defaults, **p.given, **into}
    if word.name == "together":
        return {"success_count": "1", "failure_count": "-1"} if written.get("until") == "one" else {
            "success_count": "-1", "failure_count": "1"}  # fmt: skip
    renamed = {"retry": ("times", "num_attempts"), "repeat": ("times", "num_cycles")}
    if word.name in renamed:
        ours, theirs = renamed[word.name]
        times = written.get(ours, 0)
        return {theirs: "-1" if times == 0 else times}
    milliseconds = {"timeout": ("after", "msec"), "delay": ("period", "delay_msec")}
    if word.name in milliseconds:
        ours, theirs = milliseconds[word.name]
        return {theirs: round(1000 * getattr(p, ours)) if p is not None else written[ours]}
    return written


def _port(value: object) -> str:
    """A value as a port: `$rest` reads the caller's, which BehaviorTree.CPP writes `{rest}`."""
    if isinstance(value, str) and value.startswith("$"):
        return f"{{{value[1:]}}}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _models() -> Xml.Element:
    """What Groot2 needs to know of the nodes that are ours."""
    models = Xml.Element("TreeNodesModel")
    guard = Xml.SubElement(models, "Decorator", ID=GUARD)
    for name, about in (("when", "runs only while it holds"), ("until", "ends it with success")):
        Xml.SubElement(guard, "input_port", name=name, type="std::string").text = about
    for word in vocabulary().values():
        if word is CALL or word.name in _NAMES:
            continue
        model = Xml.SubElement(models, _model(word), ID=word.name)
        for name, info in word.parameters.model_fields.items():
            port = Xml.SubElement(model, "input_port", name=info.alias or name, type="std::string")
            port.text = info.description
    return models


def _model(word: Word) -> str:
    return {"none": "Action", "one": "Decorator", "many": "Control"}[word.children]
