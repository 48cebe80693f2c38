"""Where compiled kernels are kept when their usual folders can't be written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from letan import kernel_cache
from letan.kernel_cache import STAMP, VARIABLE, WITH_KERNELS, choose, forget_stale
from letan.setup import HOME
from robot.types import LetanError

ROOT = os.getuid() == 0
NOBODY = 65534


@pytest.fixture
def told(monkeypatch, tmp_path):
    """What was told; each place that a test does not make writable is not."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    return []


@pytest.fixture
def only(monkeypatch):
    """Only folders below these can be written."""
    real = kernel_cache._takes_files

    def make(*places):
        def takes_files(folder, mode=0o777):
            return any(folder.is_relative_to(place) for place in places) and real(folder, mode)

        monkeypatch.setattr(kernel_cache, "_takes_files", takes_files)

    return make


def test_beside_the_code_or_in_the_users_cache_they_are_kept_without_a_word(told, only, tmp_path):
    only(tmp_path)
    choose(told.append, tmp_path / "code")
    assert VARIABLE not in os.environ
    choose(told.append, Path("/elsewhere"))
    assert os.environ.pop(VARIABLE) == str(tmp_path / "cache" / "numba")
    assert told == []


def test_else_in_a_temporary_folder_of_the_users_own_which_is_told(told, only, tmp_path):
    only(tmp_path / "temporary")
    choose(told.append)
    folder = Path(os.environ.pop(VARIABLE))
    assert folder.parent == tmp_path / "temporary"
    assert folder.stat().st_mode & 0o077 == 0
    assert len(told) == 1
    assert str(folder) in told[0]


def test_a_folder_that_others_may_write_to_is_not_trusted(told, only, tmp_path):
    only(tmp_path / "temporary")
    choose(told.append)
    folder = Path(os.environ.pop(VARIABLE))
    folder.chmod(0o777)
    with pytest.raises(LetanError, match="NUMBA_CACHE_DIR=FOLDER"):
        choose(told.append)


def test_a_wanted_folder_that_cannot_be_written_is_told_and_replaced(told, only, tmp_path, monkeypatch):
    only(tmp_path / "temporary")
    monkeypatch.setenv(VARIABLE, "/nowhere")
    choose(told.append)
    assert "NUMBA_CACHE_DIR=/nowhere can't be written" in told[0]
    assert os.environ[VARIABLE].startswith(str(tmp_path / "temporary"))


PROGRAM = """
from letan.kernel_cache import kernels_cached
with kernels_cached(print):
    print("before")
    import navigation.costmap, slam.matching, robot.safety, sim.crowd, perception.people
    print("after")
"""


@pytest.mark.skipif(not ROOT, reason="only root can run a command as another user")
def test_a_user_who_may_write_neither_home_nor_code_is_told_once_and_runs_on(tmp_path_factory):
    """With numba's own choice alone the first import of a kernel raises."""
    temporary = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    temporary.chmod(0o1777)
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONPATH": str(HOME), "TMPDIR": str(temporary)}

    def run(program):
        return subprocess.run(
            [sys.executable, "-c", program], env=environment, text=True, capture_output=True, user=NOBODY,
            group=NOBODY, extra_groups=[], cwd="/", check=False,
        )  # fmt: skip

    try:
        if "denied" in (denied := run("import letan").stderr):
            pytest.skip(f"another user can't read the code here: {denied.splitlines()[-1]}")
        without = run("import navigation.costmap, slam.matching")
        assert "no locator available" in without.stderr
        ended = run(PROGRAM)
        assert ended.returncode == 0, ended.stderr
        before, told, after = ended.stdout.splitlines()
        assert (before, after) == ("before", "after")
        assert f"they are kept in {temporary}/letan-kernels-{NOBODY}" in told
    finally:
        subprocess.run(["rm", "-r", temporary], check=True)


def test_what_was_compiled_from_other_sources_is_forgotten(tmp_path):
    for room in WITH_KERNELS:
        (tmp_path / room / "__pycache__").mkdir(parents=True)
    callee = tmp_path / "navigation" / "callee.py"
    compiled = tmp_path / "sim" / "__pycache__" / "caller.nbi"

    def is_kept(source, beside=""):
        callee.write_text(source)
        (tmp_path / "sim" / "other.py").write_text(beside)
        compiled.touch()
        forget_stale(tmp_path)
        return compiled.exists()

    assert not is_kept("@njit\ndef f(): return 1\n"), "nobody knows what it was compiled from"
    assert is_kept("@njit\ndef f(): return 1\n")
    assert is_kept("@njit\ndef f(): return 1\n", "no kernel = 1\n")
    assert not is_kept("@njit\ndef f(): return 2\n", "no kernel = 1\n")
    assert (tmp_path / "robot" / "__pycache__" / STAMP).is_file()
