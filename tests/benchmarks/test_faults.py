"""Each fault of `benchmarks/faults.py` goes as expected with five seeds, and does not without what protects from it."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

FOLDER = str(Path(__file__).resolve().parents[2] / "benchmarks")
SEEDS = range(5)
BARE = 2  # seeds of which one must fail without the protection


@pytest.fixture(scope="module")
def played():
    """Plays a drill in a process of the pool, `bare` or not."""
    sys.path.insert(0, FOLDER)
    try:
        from faults import drilled

        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
            yield lambda name, seed, bare=False: pool.submit(drilled, name, seed, bare)
    finally:
        sys.path.remove(FOLDER)


def names():
    sys.path.insert(0, FOLDER)
    try:
        from fault_drills import DRILLS

        return [drill.name for drill in DRILLS]
    finally:
        sys.path.remove(FOLDER)


@pytest.mark.parametrize("name", names())
def test_a_fault_goes_as_expected_and_not_without_its_protection(played, name):
    whole = [played(name, seed) for seed in SEEDS]
    bare = [played(name, seed, True) for seed in range(BARE)]
    assert {
        seed: each.result().failures for seed, each in zip(SEEDS, whole, strict=True) if each.result().failures
    } == {}
    assert any(each.result().failures for each in bare), "nothing fails without the protection: what does it show?"
