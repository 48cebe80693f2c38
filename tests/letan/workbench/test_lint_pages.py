"""Each lint code has a page with a wrong tree and a right one, and the guide's examples are sound."""

import re
import shutil
from dataclasses import replace

import pytest

from behaviours.language.lint import CODES
from letan.setup import HOME, TREES
from letan.workbench.checking import check
from letan.workbench.tree_files import tree_files

PAGES = HOME / "docs" / "lint"


@pytest.fixture(scope="module")
def site_around(shipped):
    """The shipped site with one text that has no words in English."""
    texts = {language: keys | {"speech.to_do"} for language, keys in shipped.texts.items()}
    return replace(shipped, texts=texts, empty={"vi": frozenset(), "en": frozenset({"speech.to_do"})})


def findings(section, folder, around):
    for block in re.findall(r"```yaml\n(.*?)```", section, re.S):
        name = re.match(r"tree: (\w+)", block)[1]
        (folder / f"{name}.yaml").write_text(block, encoding="utf-8")
    report = check(tree_files([folder]), around)
    assert report.errors == ()
    return [finding.code for finding in report.findings]


@pytest.mark.parametrize("code", CODES)
def test_the_page_of_a_code_shows_a_tree_that_has_it_and_one_that_has_none(code, tmp_path, site_around):
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {code}: {CODES[code]}\n")
    assert f"| [{code}]({code}.md) | {CODES[code]} |" in (PAGES / "README.md").read_text(encoding="utf-8")
    wrong, right = text.split("## Right")
    for name, section, expected in (("wrong", wrong, [code]), ("right", right, [])):
        folder = tmp_path / name
        folder.mkdir()
        assert findings(section, folder, site_around) == expected


def test_the_examples_of_the_guide_are_sound(tmp_path, site_around):
    shutil.copytree(TREES, tmp_path, dirs_exist_ok=True)
    guide = (HOME / "docs" / "trees.md").read_text(encoding="utf-8")
    for name, block in re.findall(r"```yaml\n(tree: \w+)(.*?)```", guide, re.S):
        (tmp_path / f"{name[6:]}.yaml").write_text(name + block, encoding="utf-8")
    report = check(tree_files([tmp_path]), site_around, "visit_hall")
    assert report.errors == ()
    assert {finding.code for finding in report.findings} == {"T013"}  # they lead to two of the trees only
    assert not {"visit_hall", "look"} & {finding.problem.path.stem for finding in report.findings}
