"""A word of another package is one like ours: in the checks, the lint and the reference."""

import os
import subprocess
import sys

import pytest

from letan.setup import HOME

LEAF = '''
from behaviours.language.nodes import SUCCESS, Leaf, Parameters
from text.quantities import Time
from behaviours.language.words import leaf
from pydantic import Field

class WaveParameters(Parameters):
    """How."""
    time: Time = Field(description="how long it waves")

@leaf({word!r}, WaveParameters, short="time", endings={{SUCCESS}}, claims={{"arm"}})
class Wave(Leaf):
    """Wave with the arm."""
    def update(self):
        return SUCCESS
'''


BRANCH = '''
from behaviours.language.nodes import Branch, NoParameters
from behaviours.language.words import branch

@branch({word!r}, "one")
class Calmly(Branch[NoParameters]):
    """Run a node calmly."""
    def flow(self):
        return self.only.step()
    @staticmethod
    def outcomes(p, of):
        return of[0]
'''


@pytest.fixture
def letan_with(tmp_path):
    """Run `letan` in an environment in which a package with one leaf is installed."""

    def run(code, *arguments):
        (tmp_path / "waving.py").write_text(code)
        info = tmp_path / "waving-1.0.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: waving\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[letan.behaviours]\nwaving = waving\n")
        command = [sys.executable, "-c", "from letan.commands.main import main; main()", *map(str, arguments)]
        paths = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{HOME}"}
        return subprocess.run(command, env=paths, capture_output=True, text=True, check=False)

    return run


def test_a_plugins_leaf_is_checked_linted_and_documented(letan_with, tmp_path):
    tree = tmp_path / "greet.yaml"
    tree.write_text("tree: greet\nabout: Waves.\nroot:\n  try_in_order:\n    - wave: 2\n    - wvae: 2 s\n")
    done = letan_with(LEAF.format(word="wave"), "trees", "check", tree)
    assert done.returncode == 2
    assert "greet.yaml:5:13: expected a time with its unit" in done.stdout
    assert "greet.yaml:6:7: unknown word `wvae`; did you mean `wave`?" in done.stdout
    tree.write_text("tree: greet\nabout: Waves.\nroot:\n  try_in_order:\n    - wave: 2 s\n    - hold\n")
    done = letan_with(LEAF.format(word="wave"), "trees", "check", tree)
    assert done.returncode == 1
    assert "greet.yaml:6:7: T006 `hold` is never reached: `wave` (line 5) never fails" in done.stdout
    assert "Wave with the arm." in letan_with(LEAF.format(word="wave"), "trees", "docs").stdout


def test_a_plugin_may_bring_a_word_around_a_node(letan_with, tmp_path):
    tree = tmp_path / "greet.yaml"
    tree.write_text("tree: greet\nabout: Waits.\nroot:\n  calmly: {hold: }\n")
    done = letan_with(BRANCH.format(word="calmly"), "trees", "check", tree)
    assert done.returncode == 0, done.stdout + done.stderr
    tree.write_text("tree: greet\nabout: Waits.\nroot:\n  calmly:\n")
    done = letan_with(BRANCH.format(word="calmly"), "trees", "check", tree)
    assert "greet.yaml:4:10: `calmly` needs a node under `do:`" in done.stdout


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (LEAF.format(word="sequence"), "a plugin's leaf is called `sequence`, which is a word of the language"),
        (BRANCH.format(word="retry"), "two words are called `retry`: behaviours.language.wrappers and waving"),
        ("import nothing_like_it", "the plugin waving (waving) can't be loaded: No module named 'nothing_like_it'"),
    ],
)
def test_a_plugin_that_can_not_be_used_is_named(letan_with, code, said):
    done = letan_with(code, "trees", "check")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
