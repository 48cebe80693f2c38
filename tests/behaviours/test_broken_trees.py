"""Every mistake in a tree file is named with its place, what was expected and the nearest name."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from behaviours.language.reader import read_tree
from robot.types import LetanError

HEAD = "tree: main\nabout: A test.\n"

BROKEN = [
    ("root:\n  hodl\n", "main.yaml:4:3: unknown word `hodl`; did you mean `hold`?"),
    ("root:\n  frist_of:\n    - hold\n", "main.yaml:4:3: unknown word `frist_of`; did you mean `first_of`?"),
    ("root:\n  first_of: []\n", "main.yaml:4:13: `first_of` needs a list of nodes"),
    ("root:\n  wait: 5\n", "main.yaml:4:9: expected a time with its unit (ms, s, min, h), got 5"),
    ("root:\n  wait: 5 m\n", "main.yaml:4:9: expected a time with its unit (ms, s, min, h), got a length: '5 m'"),
    ("root:\n  wait: {tiem: 5 s}\n", "main.yaml:4:10: unknown key `tiem`; did you mean `time`?"),
    ("root:\n  hold:\n  wait: 5 s\n", "main.yaml:5:3: `wait` can't stand beside `hold`: a node is one word"),
    (
        "root:\n  hold:\n  wehn: a\n",
        "main.yaml:5:3: `wehn` can't stand beside `hold`: a node is one word; did you mean `when`?",
    ),
    ("root:\n  hold:\n  when: aa\n", "main.yaml:5:9: unknown name 'aa', did you mean 'a'?"),
    ("root:\n  hold:\n  when: a and bb\n", "main.yaml:5:15: unknown name 'bb', did you mean 'b'?"),
    ("root:\n  hold:\n  when: battery < 5\n", "main.yaml:5:17: a share can't be compared with a number"),
    ("root:\n  wait_for: battry > 5 %\n", "main.yaml:4:13: unknown name 'battry', did you mean 'battery'?"),
    (
        "root:\n  say: speech.her\n",
        "main.yaml:4:8: the text `speech.her` is missing in texts/vi.yaml; did you mean `speech.here`?",
    ),
    ("root:\n  go_to: dokc\n", "main.yaml:4:10: unknown place `dokc`; did you mean `dock`?"),
    ("root:\n  go_to: {place: dock, speed: 3 m/s}\n", "main.yaml:4:31: "),
    ("root:\n  tree: nowhere\n", "main.yaml:4:9: there is no tree `nowhere` beside this file"),
    ("root:\n  tree: main\n", "main.yaml:4:9: the tree `main` contains itself: main > main"),
    ("root:\n  together: [hold]\n", "main.yaml:4:13: `until` is missing"),
    ("root:\n  together: {until: some, do: [hold]}\n", "main.yaml:4:21: "),
    ("root:\n  retry: {times: 0, do: hold}\n", "main.yaml:4:18: "),
    ("root:\n", "main.yaml:3:6: the root is empty"),
    ("roto:\n  hold\n", "main.yaml:3:1: unknown key `roto`; did you mean `root`?"),
    ("root: hold\nroot: hold\n", "main.yaml:4:1: `root` stands here twice, first in line 3"),
    ("root:\n  - hold\n", "main.yaml:4:3: expected a node"),
    ("interrupts:\n  - do: hold\nroot: hold\n", "main.yaml:4:5: an interrupt needs `when` and `do`"),
    ("variables:\n  n: {type: nmber}\nroot: hold\n", "main.yaml:4:13: "),
    ("root: !!python/object:os.system hold\n", "main.yaml:3:7: tags"),
    ("root:\n  wait: $pause\n", "main.yaml:4:9: unknown parameter `$pause`"),
]


@pytest.mark.parametrize(("text", "words"), BROKEN, ids=[text.replace("\n", " ")[:40] for text, _ in BROKEN])
def test_a_mistake_is_named_with_its_place(text, words, write, around):
    path = write(HEAD + text)
    with pytest.raises(LetanError) as caught:
        read_tree(path, around)
    message = str(caught.value).replace(f"{path.parent}/", "")
    assert any(line.startswith(words) for line in message.splitlines()), message


def test_all_mistakes_of_all_files_come_in_one_pass(write, around):
    write("tree: other\nabout: Other.\nroot:\n  wiat: 5 s\n", "other")
    path = write(HEAD + "root:\n  first_of:\n    - hodl\n    - wait: 5\n    - tree: other\n      when: zz\n")
    with pytest.raises(LetanError) as caught:
        read_tree(path, around)
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    assert sum("other.yaml:4:3: unknown word `wiat`" in line for line in lines) == 1


def test_an_unused_parameter_is_lint_and_no_error(write, around):
    path = write(HEAD + "parameters:\n  rest: {type: time, default: 5 s}\nroot: hold\n")
    (warning,) = read_tree(path, around).warnings
    assert warning.endswith("main.yaml:4:3: T001 the parameter `rest` is never used")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_mutated_tree_never_gives_a_traceback(data, write, around):
    good = (
        HEAD + "root:\n  first_of:\n    - wait: 5 s\n      when: a\n    - tree: {name: x, with: {y: 1}}\n    - hold\n"
    )
    at = data.draw(st.integers(0, len(good) - 1))
    piece = data.draw(st.text(alphabet="abw:- {}[]\n\t&*!|>'\"%@`,?#$", max_size=4))
    cut = data.draw(st.integers(0, 5))
    path = write(good[:at] + piece + good[at + cut :])
    with suppress(LetanError):
        read_tree(path, around)
