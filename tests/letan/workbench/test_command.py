"""The designers' workbench on the command line: check, show, new, diff, export."""

import json
import shutil
from xml.etree import ElementTree

import behaviortreepy
import pytest
from sarif_pydantic import Sarif

from behaviours.language.reader import check_tree
from behaviours.language.words import vocabulary
from letan.setup import SITES, TREES
from letan.workbench.differences import differences
from letan.workbench.groot import as_groot
from letan.workbench.picture import as_html, as_svg
from letan.workbench.tree_files import around_of

HEAD = "tree: main\nabout: A test.\n"
NAMED = "C\u1eeda s\u1ed1 <1>"  # capitals with marks, and what XML must escape


@pytest.fixture(scope="module")
def around():
    return around_of("cua_nam")


@pytest.fixture
def letan(letan):
    """`letan trees …`."""
    return lambda *arguments: letan("trees", *arguments)


@pytest.fixture
def folder(write, tmp_path):
    """One tree with an error, one with a finding, one that is sound."""
    write(HEAD + "root:\n  wait: 5\n")
    write("tree: lonely\nabout: Lint.\nroot:\n  sequence:\n    - hold\n", "lonely")
    write("tree: sound\nabout: Sound.\nroot: hold\n", "sound")
    return tmp_path


def test_check_says_all_problems_of_all_files_and_how_bad_they_are(letan, folder):
    code, out, _ = letan("check", folder)
    assert code == 2
    assert "main.yaml:4:9: expected a time with its unit (ms, s, min, h), got 5" in out
    assert "lonely.yaml:4:3: T017 " in out
    assert out.splitlines()[-1] == "3 trees checked, 1 error, 1 warning"
    assert letan("check", folder / "lonely.yaml", folder / "sound.yaml")[0] == 1
    assert letan("check", folder / "sound.yaml")[0] == 0
    assert letan("check", folder, "--main", "sound")[0] == 2


def test_check_as_json_is_for_programs(letan, folder):
    code, out, _ = letan("check", folder, "--format", "json")
    problems = json.loads(out)["problems"]
    assert code == 2
    assert [(each["severity"], each["code"], each["line"], each["column"]) for each in problems] == [
        ("error", "", 4, 9),
        ("warning", "T017", 4, 3),
    ]


def test_check_as_sarif_is_for_code_hosts(letan, folder):
    code, out, _ = letan("check", folder, folder / "nowhere.yaml", "--format", "sarif")
    assert code == 2
    (run,) = Sarif.model_validate_json(out).runs
    rules = [rule.id for rule in run.tool.driver.rules]
    assert len(rules) == len(set(rules))
    assert [(result.rule_id, result.level.value) for result in run.results] == [
        ("tree-error", "error"),
        ("tree-error", "error"),
        ("T017", "warning"),
    ]
    raw = json.loads(out)
    assert raw["version"] == "2.1.0"
    for result in raw["runs"][0]["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].startswith("file:///")
        assert place.get("region", {"startLine": 1})["startLine"] >= 1


def test_what_is_not_there_is_said(letan, tmp_path):
    assert letan("check", tmp_path)[0] == 2
    code, _, err = letan("show", "recepton")
    assert code == 2
    assert "there is no tree `recepton`; did you mean `reception`?" in err
    (tmp_path / "no").write_text("a file")
    code, _, err = letan("docs", "--out", tmp_path / "no" / "where.md")
    assert code == 2
    assert "cannot be written" in err


def test_show_draws_the_tree_in_the_terminal(letan):
    code, out, _ = letan("show", "reception")
    assert code == 0
    assert "hold  when stopped  :10" in out
    assert "go_to rating.door" in out
    assert "go_to rating.door" not in letan("show", "reception", "--fold")[1]


def test_a_picture_needs_nothing_else_and_keeps_vietnamese(letan, write, around, tmp_path):
    path = write(HEAD + f'root:\n  sequence:\n    - hold:\n      name: "{NAMED}"\n    - tree: main2\n')
    write("tree: main2\nabout: Two.\ninterrupts:\n  - {when: lost, do: hold}\nroot: {wait: 5 s}\n", "main2")
    spec = check_tree(path, around)
    for text in (as_svg(spec, True), as_html(spec, True)):
        assert "C\u1eeda s\u1ed1 &lt;1&gt;" in text
        assert "href" not in text
        assert "src=" not in text
        assert text.count("http") == 1  # the namespace
    drawn = ElementTree.fromstring(as_svg(spec, True))
    words = [each.text for each in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"sequence", f"“{NAMED}”", "tree main2", "wait 5 s", "interrupt", "when lost"} <= set(words)
    assert "wait 5 s" not in as_svg(spec, False)
    assert letan("show", path, "--svg", tmp_path / "t.svg", "--html", tmp_path / "t.html")[0] == 0
    assert (tmp_path / "t.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_new_tree_checks_clean_and_overwrites_nothing(letan, tmp_path):
    code, out, _ = letan("new", "greet_children", "--folder", tmp_path)
    assert code == 0
    assert "greet_children.yaml" in out
    assert letan("check", tmp_path)[0] == 0
    for name in ("greet_children", "greet children", "../x"):
        code, _, err = letan("new", name, "--folder", tmp_path)
        assert code == 2
        assert "choose another name" in err or "use letters" in err


TOGETHER = "root:\n  together:\n    until: one\n    do:\n"
PATROL = """root:
  sequence:
    - go_to: {place: reception, speed: 0.6 m/s}
    - wait: 20 s
    - repeat:
        times: 6
        do: {next_waypoint: }
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("wait: 20 s", "wait: {time: 20000 ms}   # the same", []),
        ("go_to: {place: reception, speed: 0.6 m/s}", "go_to: reception", []),
        ("wait: 20 s", "wait: 30 s", ["6:13 -> 6:13 changed `wait 30 s`: time `20 s` -> `30 s`"]),
        ("    - wait: 20 s\n", "", ["6:7 -> removed `wait 20 s`"]),
        ("    - wait: 20 s\n", "    - wait: 20 s\n      when: lost\n",
         ["6:7 -> 7:13 changed `wait 20 s`: when nothing -> `lost`"]),
        ("    - wait: 20 s\n", "    - wait: 20 s\n    - hold\n", ["-> 7:7 added `hold`"]),
        ("    - wait: 20 s\n", "    - delay: {period: 3 s, do: {wait: 20 s}}\n",
         ["-> 6:7 added `delay`", "6:7 -> 6:33 moved `wait 20 s`"]),
        ("        do: {next_waypoint: }\n", "        do: {next_waypoint: }\n    - go_to: dock\n",
         ["-> 10:7 added `go_to dock`"]),
        ("  sequence:\n", "  try_in_order:\n",
         ["4:3 -> 4:3 changed `sequence` to `try_in_order`"]),
        ("  sequence:\n    - go_to: {place: reception, speed: 0.6 m/s}\n", "  sequence:\n    - hold\n",
         ["5:7 -> removed `go_to reception`", "-> 5:7 added `hold`"]),
        ("        times: 6\n", "", ["8:16 -> 7:7 changed `repeat`: times `6` -> the default"]),
        ("root:", "let: {n: 0}\nroot:", ["-> 3:7 added `n` under `let`"]),
        ("root:", "interrupts:\n  - {when: lost, do: hold}\nroot:",
         ["-> 4:5 added `interrupt`", "-> 4:22 added `hold`"]),
    ],
)  # fmt: skip
def test_a_difference_is_what_the_robot_does_otherwise(old, new, expected, write, around):
    assert old in PATROL
    before = check_tree(write(HEAD + PATROL), around)
    changed = PATROL.replace(old, new).replace("dock", "drinks") if "dock" in new else PATROL.replace(old, new)
    after = check_tree(write(HEAD + changed), around)
    found = []
    for each in differences(before, after):
        places = [f"{place.line}:{place.column} " if place else "" for place in (each.old, each.new)]
        found.append(f"{places[0]}-> {places[1]}{each.kind} {each.words}".replace("drinks", "dock"))
    assert found == expected


def test_nodes_that_change_places_have_moved(write, around):
    rows = [f"      - {node}\n" for node in ("hold", "wait: 1 s", "wait: 2 s", "wait: 3 s")]
    before = check_tree(
        write(HEAD + "root:\n  together:\n    until: one\n    do:\n" + "".join("  " + r for r in rows)), around
    )
    rows.append(rows.pop(0))
    after = check_tree(
        write(HEAD + "root:\n  together:\n    until: one\n    do:\n" + "".join("  " + r for r in rows)), around
    )
    assert [(each.kind, each.words) for each in differences(before, after)] == [("moved", "`hold`")]


def test_two_folders_are_compared_tree_by_tree(letan, tmp_path):
    shutil.copytree(TREES, tmp_path / "trees")
    assert letan("diff", TREES, tmp_path / "trees")[1] == "0 differences\n"
    (tmp_path / "trees" / "charge.yaml").rename(tmp_path / "trees" / "load.yaml")
    text = (tmp_path / "trees" / "load.yaml").read_text(encoding="utf-8").replace("tree: charge", "tree: load")
    (tmp_path / "trees" / "load.yaml").write_text(text, encoding="utf-8")
    reception = tmp_path / "trees" / "reception.yaml"
    reception.write_text(reception.read_text(encoding="utf-8").replace("tree: charge", "tree: load"), encoding="utf-8")
    code, out, _ = letan("diff", TREES, tmp_path / "trees")
    assert code == 1
    assert "removed the tree `charge`" in out
    assert "added the tree `load`" in out
    assert letan("diff", TREES, tmp_path / "trees" / "load.yaml")[0] == 2


def built_by_behaviortree_cpp(text):
    """The trees as the real loader builds them; ports of our own nodes are left out: it can't know them."""
    root = ElementTree.fromstring(text)
    ours = {model.get("ID"): model.tag for model in root.find("TreeNodesModel")}
    for node in root.iter():
        if node.tag in ours:
            for port in set(node.attrib) - {"name"}:
                del node.attrib[port]
    factory = behaviortreepy.BehaviorTreeFactory()
    for name, kind in ours.items():
        register = factory.register_simple_decorator if kind == "Decorator" else factory.register_simple_action
        register(name, lambda *_: behaviortreepy.NodeStatus.SUCCESS)
    factory.create_tree_from_text(ElementTree.tostring(root, encoding="unicode"))
    factory.register_behavior_tree_from_text(ElementTree.tostring(root, encoding="unicode"))
    return set(factory.registered_behavior_trees())


@pytest.mark.parametrize("path", sorted(TREES.glob("*.yaml")), ids=lambda path: path.stem)
def test_behaviortree_cpp_loads_every_exported_tree(path, around):
    text = as_groot(check_tree(path, around))
    main = ElementTree.fromstring(text).get("main_tree_to_execute")
    assert main in (path.stem, f"{path.stem}_tree")
    assert main in built_by_behaviortree_cpp(text)


NAP = """tree: nap
about: Rests.
parameters: {time: {type: time}, pace: 0.3 m/s}
outputs: {done: false}
root:
  sequence:
    - wait: $time
    - go_to: {place: reception, speed: $pace}
    - set: done = true
"""
CALLS_NAP = """let: {it_is: false}
root:
  retry:
    times: 3
    do:
      timeout:
        after: 1 min
        do:
          tree: {name: nap, with: {time: 5 s}, into: {done: it_is}}
"""


def test_an_exported_tree_keeps_words_names_parameters_and_outputs(write, around, letan, tmp_path):
    write(NAP, "nap")
    path = write(f'{HEAD}{CALLS_NAP}          name: "{NAMED}"\n')
    text = as_groot(check_tree(path, around))
    assert built_by_behaviortree_cpp(text) == {"main", "nap"}
    root = ElementTree.fromstring(text)
    assert root.find(".//RetryUntilSuccessful").attrib == {"num_attempts": "3"}
    assert root.find(".//Timeout").attrib == {"msec": "60000"}
    call = {"ID": "nap", "time": "5 s", "pace": "0.3 m/s", "done": "{it_is}", "name": NAMED}
    assert root.find(".//SubTree").attrib == call
    assert root.find(".//BehaviorTree[@ID='nap']//wait").attrib == {"time": "{time}"}
    modelled = {model.get("ID") for model in root.find("TreeNodesModel")}
    assert modelled >= {word.name for word in vocabulary().values() if word.children == "none" and word.name != "tree"}
    assert letan("export", path, "--groot", tmp_path / "main.xml")[0] == 0
    assert (tmp_path / "main.xml").read_text(encoding="utf-8") == text


def test_a_blank_that_no_tree_fills_in_is_named_with_the_nearest(letan, write, tmp_path):
    shutil.copytree(SITES / "cua_nam", tmp_path / "site")
    path = tmp_path / "site" / "texts" / "en.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("  here: ", "  here: Dear {nubmer}, "), encoding="utf-8")
    code, out, _ = letan("check", write(HEAD + "root:\n  say: speech.here\n"), "--site", tmp_path / "site")
    assert code == 2
    assert (
        "main.yaml:4:8: the text `speech.here` has the placeholder {nubmer} in texts/en.yaml; did you mean `number`?"
        in out
    )


def test_a_place_that_the_site_adds_can_be_driven_to(letan, write, tmp_path):
    shutil.copytree(SITES / "cua_nam", tmp_path / "site")
    floor = tmp_path / "site" / "floor.yaml"
    tree = write(HEAD + "root:\n  go_to: window\n")
    assert letan("check", tree, "--site", tmp_path / "site")[0] == 2
    text = floor.read_text(encoding="utf-8").replace("places: {}", "places: {window: [4.0, 10.5, 90]}")
    floor.write_text(text, encoding="utf-8")
    assert letan("check", tree, "--site", tmp_path / "site")[0] == 0


@pytest.mark.parametrize(("format_", "errors"), [("json", ["problems"]), ("sarif", ["runs", 0, "results"])])
def test_a_broken_site_is_told_in_the_format_asked_for(letan, tmp_path, format_, errors):
    shutil.copytree(SITES / "cua_nam", tmp_path / "site")
    with (tmp_path / "site" / "texts" / "vi.yaml").open("a", encoding="utf-8") as file:
        file.write("\nbirthday: Chi Vi\n")
    code, out, _ = letan("check", "--format", format_, "--site", tmp_path / "site")
    found = json.loads(out)
    for step in errors:
        found = found[step]
    assert code == 2
    assert "`birthday` is missing in texts/en.yaml" in str(found)


def test_a_main_tree_that_is_not_there_is_no_silent_choice(letan, folder):
    code, _, err = letan("check", folder, "--main", "soud")
    assert code == 2
    assert "there is no tree `soud` among these; did you mean `sound`?" in err
