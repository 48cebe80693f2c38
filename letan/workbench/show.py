"""`letan trees show` in the terminal: the tree with its conditions, called trees unfolded or not."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from behaviours.language.spec import Spec, TreeSpec
from hmi.theme import load_theme
from letan.workbench.describe import describe, shown

STYLES = {"list": "bold", "wrapper": "italic", "call": "bold underline", "leaf": "", "group": "dim"}


def as_terminal(tree: TreeSpec, unfold: bool) -> RenderableType:
    """The interrupts first, as the robot looks at them first, then the root."""
    top = Tree(Text.assemble((tree.name, "bold"), "  ", (tree.head.about, "dim")), guide_style="dim")
    if tree.interrupts:
        above = top.add(Text("interrupts", "bold"))
        for interrupt in tree.interrupts:
            _add(above, interrupt, unfold)
    _add(top, tree.root, unfold)
    head = tree.head
    declared = [
        Text(f"{title} {name}: {each.type}{'' if each.default is None else f', {shown(each.default)}'}", "dim")
        for title, section in (("parameter", head.parameters), ("output", head.outputs), ("let", head.let))
        for name, each in section.items()
    ]
    return Group(*declared, top)


def _add(above: Tree, spec: Spec, unfold: bool) -> None:
    if spec.word is None and spec.when is not None and len(spec.children) == 1:  # an interrupt: its node says it all
        branch = above.add(_label(spec, spec.children[0]))
        below: tuple[Spec, ...] = spec.children[0].children if spec.children[0].called is None or unfold else ()
    else:
        branch = above.add(_label(spec, spec))
        below = spec.children if spec.called is None or unfold else ()
    for child in below:
        _add(branch, child, unfold)


def _label(guard: Spec, spec: Spec) -> Text:
    said, outer, ink = describe(spec), describe(guard), load_theme().palette
    text = Text(said.word, STYLES[said.kind])
    if said.main:
        text.append(f" {said.main}", STYLES[said.kind])
    for detail in said.details:
        text.append(f"  {detail}", "dim")
    for word, conditions in (("when", {outer.when, said.when}), ("until", {outer.until, said.until})):
        for condition in sorted(conditions - {""}):
            text.append(f"  {word} ", "bold")
            text.append(condition, ink["marigold_lip"])
    if said.name:
        text.append(f"  “{said.name}”", "italic")
    text.append(f"  :{said.line}", "dim")
    return text
