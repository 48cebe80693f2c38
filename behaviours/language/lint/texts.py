"""T016: texts that have no words yet in a language."""

from __future__ import annotations

from collections.abc import Iterator

from behaviours.language.fields import fields_that_refer_to
from behaviours.language.lint.facts import Facts
from behaviours.language.lint.finding import Finding, found


def empty_texts(facts: Facts) -> Iterator[Finding]:
    """A key whose words are blank, in each language."""
    for spec in facts.nodes:
        if spec.word is None or spec.parameters is None:
            continue
        for name in fields_that_refer_to("text", spec.word.parameters):
            key = getattr(spec.parameters, name)
            for language, keys in facts.around.empty.items():
                if key in keys:
                    yield found("T016", spec.place(name), f"the text `{key}` is empty in texts/{language}.yaml")


RULES = (empty_texts,)
