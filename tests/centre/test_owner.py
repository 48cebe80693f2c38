"""One process at a time owns an office's database, and says where it is found."""

import multiprocessing as mp
import os
import signal
from pathlib import Path

import pytest

from centre.owner import AlreadyOwned, Owner, Ownership, owner_of, owning


def test_a_second_owner_is_told_who_the_first_is_and_where(tmp_path: Path) -> None:
    db = tmp_path / "o.db"
    with owning(db) as ownership:
        ownership.tell(Owner(os.getpid(), "http://127.0.0.1:1", "secret"))
        with pytest.raises(
            AlreadyOwned, match=rf"o\.db: another office \(process {os.getpid()}\) .* http://127"
        ) as told:
            Ownership(db)
        assert told.value.owner == Owner(os.getpid(), "http://127.0.0.1:1", "secret")
        assert "secret" not in str(told.value)
    with owning(db):
        pass
    assert list(tmp_path.iterdir()) == []


def test_only_its_user_can_read_the_token(tmp_path: Path) -> None:
    with owning(tmp_path / "o.db"):
        assert (tmp_path / "o.db.owner").stat().st_mode & 0o077 == 0


def hold(path: Path, ready: object) -> None:
    Ownership(path)
    ready.set()  # type: ignore[attr-defined]
    signal.pause()


def test_a_killed_owner_owns_nothing(tmp_path: Path) -> None:
    context = mp.get_context("spawn")
    ready = context.Event()
    owner = context.Process(target=hold, args=(tmp_path / "o.db", ready))
    owner.start()
    assert ready.wait(60)
    with pytest.raises(AlreadyOwned):
        Ownership(tmp_path / "o.db")
    owner.kill()
    owner.join()
    with owning(tmp_path / "o.db"):
        assert owner_of(tmp_path / "o.db") == Owner(os.getpid())


def race(path: Path, log: Path, count: int) -> None:
    for _ in range(count):
        try:
            with owning(path):
                inside = os.open(log, os.O_CREAT | os.O_EXCL)  # fails when another one is inside
                os.close(inside)
                log.unlink()
        except AlreadyOwned:
            continue


def test_never_two_own_it_however_often_they_try(tmp_path: Path) -> None:
    context = mp.get_context("spawn")
    racers = [context.Process(target=race, args=(tmp_path / "o.db", tmp_path / "inside", 400)) for _ in range(3)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(60)
    assert [racer.exitcode for racer in racers] == [0, 0, 0]
