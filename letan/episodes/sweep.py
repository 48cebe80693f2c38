"""Many episodes of one kind, over seeds and processes; the same seeds give the same results on any number of these."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from letan.controllers import find_controller
from letan.episodes import Protection
from letan.episodes.casts import KINDS
from letan.episodes.episode import Episode, EpisodeConfig
from letan.episodes.metrics import EpisodeResult
from letan.setup import Setup, open_setup
from robot.types import LetanError
from sim.trajectories import Trajectory, read_trajectories
from text.yaml12 import nearest


@dataclass(frozen=True, slots=True)
class EpisodesAsked:
    """What to run, in plain words that another process understands; `people` None is as many as the kind has."""

    kind: str
    people: int | None
    controller: str
    site: str
    without: tuple[Protection, ...] = ()
    recorded: str = ""  # a file of recorded people, who walk about besides

    def checked(self) -> EpisodesAsked:
        """The same with the number of people; LetanError when there is no such kind or controller."""
        if self.kind not in KINDS:
            known = ", ".join(KINDS)
            raise LetanError(f"there is no kind `{self.kind}`{nearest(self.kind, KINDS)} (there are: {known})")
        find_controller(self.controller)
        people = KINDS[self.kind].people if self.people is None else self.people
        if self.recorded:
            read_trajectories(Path(self.recorded))
        return replace(self, people=people)


_opened: dict[str, Setup] = {}  # of this process, which runs many episodes in the same place


def run_one(asked: EpisodesAsked, seed: int) -> EpisodeResult:
    """One episode, in any process."""
    if asked.site not in _opened:
        _opened[asked.site] = open_setup(asked.site)
    controller = find_controller(asked.controller)
    recorded = _recorded(asked.recorded)
    config = EpisodeConfig(asked.kind, asked.people or 0, controller, asked.without, recorded)
    return Episode(_opened[asked.site], config, seed).run()


@cache
def _recorded(file: str) -> tuple[Trajectory, ...]:
    return read_trajectories(Path(file)) if file else ()


def run_all(asked: EpisodesAsked, seeds: Sequence[int], jobs: int) -> Iterator[EpisodeResult]:
    """The results in the order of the seeds, each as soon as it is there."""
    if jobs == 1:
        yield from (run_one(asked, seed) for seed in seeds)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        futures = [pool.submit(run_one, asked, seed) for seed in seeds]
        try:
            yield from (future.result() for future in futures)
        finally:
            for future in futures:
                future.cancel()
