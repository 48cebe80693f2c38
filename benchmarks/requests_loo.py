"""How often requests are understood: leave one sentence out, fit the rest, ask for it."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence

import numpy as np
from figures import HELP, print_json

from perception.requests import DATA, LEAST, MARGIN, Example, Understander, features, read_examples


def measure(name: str, asked: Sequence[Example], extra: Sequence[Example]) -> dict[str, float]:
    """Print and return top-1, top-3, and what the margin answers and how precisely; `extra` sentences only train."""
    counts: list[Counter[str]] = [features(e.text) for e in asked]
    extra_counts = [features(e.text) for e in extra]
    began = time.perf_counter()
    hits, in_three, sure = (np.zeros(len(asked), dtype=bool) for _ in range(3))
    for i, example in enumerate(asked):
        rest = [*asked[:i], *asked[i + 1 :], *extra]
        model = Understander(rest, [*counts[:i], *counts[i + 1 :], *extra_counts])
        scores = model.scores([counts[i]])[0]
        order = np.argsort(-scores)
        names = [model.requests[k] for k in order[:3]]
        hits[i], in_three[i] = names[0] == example.request, example.request in names
        sure[i] = scores[order[0]] >= LEAST and scores[order[0]] - scores[order[1]] >= MARGIN
    precise = (sure & hits).sum() / max(sure.sum(), 1)
    print(f"{name}: {len(asked)} asked, {len(extra)} more in training, {time.perf_counter() - began:.0f} s")
    print(f"  top-1 {hits.mean():.3f}, top-3 {in_three.mean():.3f}")
    print(f"  answered {sure.mean():.3f} at precision {precise:.3f} (margin {MARGIN})")
    shares = {"top_1": hits.mean(), "top_3": in_three.mean(), "answered": sure.mean(), "precision": precise}
    return {"asked": len(asked), "extra": len(extra), **{name: float(share) for name, share in shares.items()}}


def main() -> None:
    """Both measurements; the second is kinder, as our own sentences were written by people who had read the first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help=HELP)
    as_json = parser.parse_args().json
    asked = read_examples(DATA / "intents.jsonl")
    alone = measure("recorded sentences alone", asked, [])
    ours = [*read_examples(DATA / "intents_en.jsonl"), *read_examples(DATA / "intents_more.jsonl")]
    together = measure("with our own sentences", asked, ours)
    if as_json:
        print_json({"recorded_alone": alone, "with_ours": together})


if __name__ == "__main__":
    main()
