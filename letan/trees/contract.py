"""What a word declares of itself, in sentences: how it may end, and what it claims."""

from __future__ import annotations

from behaviours.language.nodes import FAILURE, RUNNING, SUCCESS
from behaviours.language.words import CALL, Word


def contract_of(word: Word) -> str:
    """ "Succeeds or fails, takes time; claims wheels." of a leaf; nothing for a word that joins others."""
    if word.takes != "none" or word is CALL:
        return ""
    ends = [verb for status, verb in ((SUCCESS, "succeeds"), (FAILURE, "fails")) if status in word.can]
    how = " or ".join(ends) or "never ends by itself"
    duration = "takes time" if RUNNING in word.can else "in one tick"
    claims = ", ".join(sorted(word.claims))
    manner = " while nobody above has it" if word.is_polite else ""
    return f"{how.capitalize()}{f', {duration}' if ends else ''}{f'; claims {claims}{manner}' if claims else ''}."
