"""Runs scenarios with a tree that is being written in the place of the shipped one, and watches what it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from behaviours.language.reader import read_tree
from behaviours.language.reading import Trial
from behaviours.surroundings import surroundings
from letan.setup import TREES, Setup, open_setup
from letan.simulate import Run, RunResult
from letan.stopping import StopRequest
from letan.workbench.coverage import Coverage
from letan.workbench.observing import Listener, Observer, texts_of
from robot.types import LetanError
from sim.scenario import Scenario


def setup_with(scenario: Scenario, files: Sequence[Path]) -> tuple[Setup, list[str]]:
    """The scenario's place with `files` in the place of shipped trees, and the files that nothing calls.

    A single file that nothing calls runs by itself instead of the scenario's tree.
    """
    place = open_setup(scenario.site, scenario.tree)
    if not files:
        return place, []
    instead = {path.stem: path for path in files}
    if len(instead) < len(files):
        raise LetanError("two of these files are called alike: a tree can only be replaced once")
    beside = {each.stem: each for path in files for each in path.parent.glob("*.yaml")}
    ours = {path.stem for path in TREES.glob("*.yaml")}
    new = {name: path for name, path in beside.items() if name not in ours}  # they may call what stands beside them
    around, trial = surroundings(place.site, place.texts), Trial(TREES, new | instead)
    main = instead.get(scenario.tree, TREES / f"{scenario.tree}.yaml")
    spec = read_tree(main, around, trial)
    lonely = sorted(instead.keys() - {path.stem for path in texts_of(spec)})
    if lonely and len(files) == 1:
        spec = read_tree(files[0], around, trial)
    return replace(place, tree=spec), lonely


def watched_run(
    scenario: Scenario,
    seed: int,
    place: Setup,
    listeners: Sequence[Listener],
    progress: Callable[[float], None] = lambda share: None,
    stop: StopRequest | None = None,
) -> tuple[Run, RunResult]:
    """One scenario without a screen, or until a `stop`, with listeners to its tree; the caller closes the run."""
    run = Run(scenario, seed, place=place)
    Observer(run.loop.parts.tree, *listeners)
    try:
        return run, run.run(progress, stop)
    except BaseException:
        run.close()
        raise


def covered(
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    files: Sequence[Path],
    progress: Callable[[str, float], None] = lambda name, share: None,
    stop: StopRequest | None = None,
) -> Coverage:
    """The coverage of every scenario with every seed (without seeds: each with its own), until a `stop`."""
    coverage = Coverage()
    for scenario in scenarios:
        place, _ = setup_with(scenario, files)
        for seed in seeds or (scenario.seed,):
            name = f"{scenario.scenario}, seed {seed}"
            run, _ = watched_run(scenario, seed, place, [coverage], partial(progress, name), stop)
            run.close()
            coverage.runs.append(name)
            if stop:
                return coverage
    return coverage
