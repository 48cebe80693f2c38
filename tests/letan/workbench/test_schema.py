"""The schema for editors and the reference page: both come from the registry and fit what is shipped."""

import re

import pytest
from jsonschema import Draft7Validator

from behaviours.language.lint import lint
from behaviours.language.reader import check_tree
from behaviours.language.reading import Trial
from behaviours.language.words import vocabulary
from behaviours.names import NAMES
from letan.setup import HOME, TREES
from letan.workbench.reference import BESIDE, reference
from letan.workbench.schema import schema
from letan.workbench.tree_files import around_of
from robot.types import LetanError
from text.yaml12 import read_yaml

BROKEN = sorted((HOME / "tests" / "behaviours" / "broken").glob("*.yaml"))
SHIPPED = sorted(TREES.glob("*.yaml"))


def indented(block):
    return "".join(f"    {line}\n" for line in block.splitlines())


@pytest.fixture(scope="module")
def validator():
    made = schema(around_of("cua_nam"), [path.stem for path in SHIPPED])
    Draft7Validator.check_schema(made)
    return Draft7Validator(made)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_tree_fits_the_schema(path, validator):
    assert [error.message for error in validator.iter_errors(read_yaml(path).data)] == []


def test_editors_see_most_broken_trees_too(validator):
    seen, silent = 0, []
    for path in BROKEN:
        try:
            data = read_yaml(path).data
        except LetanError:  # an editor says by itself what is no YAML
            continue
        if validator.is_valid(data):
            silent.append(path.stem)
        else:
            seen += 1
    assert seen > 2 * len(silent), silent


@pytest.mark.parametrize(
    "root",
    [
        "hold",
        {"hold": None},
        {"wait": "5 s", "when": "battery < 20 %", "name": "nap"},
        {"wait": "$rest"},
        {"repeat": "hold"},
        {"repeat": {"times": 3, "do": "hold"}},
        {"set": "n = n + 1"},
        {"together": {"until": "one", "do": ["hold", "announce"]}},
        {"tree": {"name": "patrol", "with": {"rest": "1 min"}, "into": {"x": "y"}}},
        {"wait_for": True},
    ],
)
def test_each_way_to_write_a_node_fits(root, validator):
    assert validator.is_valid({"tree": "x", "about": "X.", "root": root})


@pytest.mark.parametrize(
    "root",
    [
        "hodl",
        "wait",
        "retry",
        {"hold": None, "wait": "5 s"},
        {"when": "a"},
        {"wait": 5},
        {"wait": "5 m"},
        {"wait": "-5 s"},
        {"retry": "hold"},
        {"sequence": []},
        {"go_to": "moon"},
        {"say": "Hello"},
        {"hold": {"x": 1}},
    ],
)
def test_what_is_wrong_at_sight_does_not_fit(root, validator):
    assert not validator.is_valid({"tree": "x", "about": "X.", "root": root})


@pytest.mark.parametrize("word", vocabulary())
def test_each_word_has_an_example_that_the_checker_has_nothing_to_say_of(word, tmp_path):
    page = (HOME / "docs" / "tree_reference.md").read_text(encoding="utf-8")
    section = page.split(f"\n### {word}\n")[1].split("\n#")[0]
    block = re.search(r"```yaml\n(.*?)```", section, re.S)[1]
    let, first = ("let: {visitors: 0}\n", "wait_for: visitors < 100") if word == "set" else ("", "wait: 1 s")
    head = f"tree: main\nabout: A test.\n{let}root:\n  sequence:\n    - {first}\n"
    path = tmp_path / "main.yaml"
    path.write_text(head + indented(block), encoding="utf-8")
    around = around_of("cua_nam")
    assert list(lint(check_tree(path, around, Trial(TREES, {"main": path})), around)) == []


def test_the_example_of_what_stands_beside_a_word_is_sound(tmp_path):
    block = re.search(r"```yaml\n(.*?)```", BESIDE, re.S)[1]
    path = tmp_path / "main.yaml"
    path.write_text(f"tree: main\nabout: A test.\nroot:\n  sequence:\n{indented(block)}", encoding="utf-8")
    assert check_tree(path, around_of("cua_nam")).root.children[0].label == "home"


def test_the_reference_page_is_up_to_date():
    page = (HOME / "docs" / "tree_reference.md").read_text(encoding="utf-8")
    assert page == reference(NAMES), "run: letan trees docs --out docs/tree_reference.md"
    for name in (*vocabulary(), *NAMES):
        assert f"### {name}\n" in page or f"| `{name}` |" in page
