"""What a sentence asks for: kernel ridge over character n-grams with and without marks, sounds and words."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from robot.types import LetanError, Understanding
from text.vietnamese import normal, plain

DATA = Path(__file__).parent / "data"
RIDGE = 0.1
MARGIN = 0.2  # of the best over the second best; benchmarks/requests_loo.py measures what it answers and how well
LONGEST = 200  # characters that are looked at; no request is longer
LEAST = 0.3  # the best score of a sentence that is like something known

# Sounds that recognisers and dialects mix up, on text without marks; the order matters.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ngh", "ng"), (r"gh", "g"), (r"\btr", "ch"), (r"\b(?:gi|d|r|v)(?=[aeiouy])", "z"), (r"\bs", "x"),
        (r"ph", "f"), (r"\bqu", "kw"), (r"\b[ck](?!h)", "k"), (r"y", "i"), (r"nh\b|ng\b|n\b", "n"),
        (r"ch\b|[ct]\b", "t"), (r"\b[ln]", "l"), (r"uo|ua", "u"), (r"ie|ia", "i"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence of the training data and its request."""

    text: str
    request: str


def read_examples(path: Path) -> tuple[Example, ...]:
    """The sentences of a JSON-lines file with `text` and `intent`; a LetanError names the line that is not one."""
    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            examples.append(Example(row["text"], row["intent"]))
        except (ValueError, KeyError, TypeError):
            raise LetanError(f'{path}:{number}: each line is an object with "text" and "intent"') from None
    return tuple(examples)


def sound(text: str) -> str:
    """The text as it might be misheard."""
    folded = plain(text)
    for pattern, letters in _SOUNDS:
        folded = pattern.sub(letters, folded)
    return folded


def features(text: str) -> Counter[str]:
    """How often each feature stands in a text: `r`aw, `p`lain and `s`ound character 2-5-grams, and `w`ords."""
    text = text[:LONGEST]
    found: Counter[str] = Counter()
    for family, form in (("r", normal(text)), ("p", plain(text)), ("s", sound(text))):
        found.update(f"{family}{gram}" for gram in _grams(form))
    words = plain(text).split()
    found.update(f"w{word}" for word in words)
    found.update(f"w{a} {b}" for a, b in pairwise(words))
    return found


def _grams(form: str) -> Iterator[str]:
    padded = f" {form} " if form else ""
    for size in range(2, 6):
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]


class Vectors:
    """Sentences as sparse rows: log counts times inverse document frequency, unit length over all features.

    Features never seen in training count for the length alone, so that nonsense is far from everything.
    """

    def __init__(self, counts: Sequence[Counter[str]]) -> None:
        frequency = Counter(name for count in counts for name in count)
        self._columns = {name: column for column, name in enumerate(frequency)}
        self._unseen = np.log(len(counts) + 1.0) + 1.0
        self._idf = {name: np.log((len(counts) + 1.0) / (n + 1.0)) + 1.0 for name, n in frequency.items()}

    def rows(self, counts: Sequence[Counter[str]]) -> sparse.csr_matrix:
        """(N, features) float64."""
        data: list[float] = []
        columns: list[int] = []
        starts = [0]
        for count in counts:
            length, first = 0.0, len(data)
            for name, times in count.items():
                value = (1.0 + np.log(times)) * self._idf.get(name, self._unseen)
                length += value * value
                if name in self._columns:
                    data.append(value)
                    columns.append(self._columns[name])
            scale = np.sqrt(length) or 1.0
            data[first:] = [value / scale for value in data[first:]]
            starts.append(len(data))
        return sparse.csr_matrix((data, columns, starts), shape=(len(counts), len(self._columns)))


class Understander:
    """Kernel ridge classification, one target a request (Saunders, Gammerman, Vovk 1998), linear kernel.

    Fitted in about half a second; without `examples` on the sentences of `perception/data`.
    """

    def __init__(self, examples: Sequence[Example] = (), counts: Sequence[Counter[str]] | None = None) -> None:
        examples = examples or [example for path in sorted(DATA.glob("*.jsonl")) for example in read_examples(path)]
        counts = [features(example.text) for example in examples] if counts is None else counts
        self.requests = tuple(sorted({example.request for example in examples}))
        self._vectors = Vectors(counts)
        rows = self._vectors.rows(counts)
        targets = np.zeros((len(examples), len(self.requests)))
        for i, example in enumerate(examples):
            targets[i, self.requests.index(example.request)] = 1.0
        kernel = (rows @ rows.T).toarray()
        dual = np.linalg.solve(kernel + RIDGE * np.eye(len(examples)), targets)
        self._weights: NDArray[np.float64] = np.asarray(rows.T @ dual)  # (features, requests)

    def scores(self, counts: Sequence[Counter[str]]) -> NDArray[np.float64]:
        """(N, requests): about 1 for what is asked for and 0 for the rest."""
        return np.asarray(self._vectors.rows(counts) @ self._weights)

    def understand(self, text: str, margin: float = MARGIN) -> Understanding:
        """The requests ranked by score; one is accepted when it is clearly the best and like something known."""
        counts = features(text)
        if not counts:
            return Understanding(text)
        scores = self.scores([counts])[0]
        order = np.argsort(-scores, kind="stable")
        ranked = tuple((self.requests[i], round(float(scores[i]), 4)) for i in order)
        sure = ranked[0][1] >= LEAST and ranked[0][1] - ranked[1][1] >= margin
        return Understanding(text, ranked, ranked[0][0] if sure else None)


@lru_cache(maxsize=1)
def _shipped() -> Understander:
    return Understander()


def understand(text: str) -> Understanding:
    """What the shipped model understands; it is fitted once a process."""
    return _shipped().understand(text)
