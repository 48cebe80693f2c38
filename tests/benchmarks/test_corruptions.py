"""No damage to an office's database is silent, no number comes twice; without what protects, both happen."""

import pytest

COUNT = 52


@pytest.fixture(scope="module")
def corruptions(benchmark_module):
    return benchmark_module("corruptions")


@pytest.fixture(scope="module")
def made(corruptions, site, tmp_path_factory):
    """The folder of an office, and what there is in it."""
    folder = tmp_path_factory.mktemp("made")
    return folder, corruptions.make(site, folder)


def test_every_damage_is_told_or_leaves_all_whole(corruptions, made, site, tmp_path):
    folder, truth = made
    played = [corruptions.play(folder, tmp_path / "played", site, truth, number, seed=3) for number in range(COUNT)]
    assert {kind for kind, _ in played} == set(corruptions.DAMAGES)
    assert {came for _, came in played} == {"told", "whole"}, played


def test_without_fence_and_chain_there_are_holes_and_numbers_twice(corruptions, made, site, tmp_path, monkeypatch):
    folder, truth = made
    from centre import event_table, journal

    table = event_table.EventTable
    for owner, name in ((journal.Fence, "mark"), (event_table, "chained_told"), (table, "_count")):
        monkeypatch.setattr(owner, name, getattr(owner, name))  # so that it is put back
    corruptions.without_protection()
    played = [corruptions.play(folder, tmp_path / "played", site, truth, number, seed=3)[1] for number in range(COUNT)]
    assert {"hole", "twice"} <= set(played)


def test_undamaged_it_is_whole(corruptions, made, site, tmp_path):
    folder, truth = made
    corruptions.DAMAGES["none"] = ("o.db", lambda random, path: None)
    try:
        path = corruptions.damaged(folder, tmp_path / "whole", "none", 1)
    finally:
        del corruptions.DAMAGES["none"]
    assert corruptions.outcome(site, path, truth) == "whole"
    assert sum(map(len, truth.events.values())) > 100
