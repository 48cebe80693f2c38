"""Whatever stands in a tree file, the reader answers with a tree or with problems: no traceback, and an end."""

from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from behaviours.language.lint import lint
from behaviours.language.reader import check_tree
from behaviours.language.words import vocabulary
from text.problems import FileError

TREES = Path(__file__).resolve().parents[2] / "trees"
HEAD = "tree: main\nabout: A test.\n"
SHIPPED = [path.read_text(encoding="utf-8") for path in sorted(TREES.glob("*.yaml"))]
QUIET = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WORDS = [
    *sorted(vocabulary()),
    "when",
    "until",
    "name",
    "do",
    "with",
    "into",
    "times",
    "after",
    "period",
    "root",
    "let",
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from([*WORDS, "$x", "5 s", "a"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


def read(path: Path, around) -> str:
    """Problems, or "" for a tree, which is linted too."""
    try:
        lint(check_tree(path, around), around)
    except FileError as error:
        return str(error)
    return ""


@QUIET
@given(piece=st.binary(max_size=60))
def test_any_bytes_are_answered(piece, tmp_path, around):
    path = tmp_path / "main.yaml"
    path.write_bytes(piece)
    assert read(path, around)


@QUIET
@given(
    root=VALUES,
    head=st.dictionaries(st.sampled_from(["let", "parameters", "outputs", "interrupts"]), VALUES, max_size=3),
)
def test_any_plain_data_is_answered(root, head, write, around):
    data = {"tree": "main", "about": "A test.", **head, "root": root}
    path = write("")
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8", errors="replace")
    read(path, around)


@QUIET
@given(data=st.data())
def test_a_shipped_tree_with_a_slip_is_answered(data, write, around):
    good = data.draw(st.sampled_from(SHIPPED))
    at = data.draw(st.integers(0, len(good) - 1))
    piece = data.draw(st.text(alphabet="abw:- {}[]\n\t&*!|>'\"%@`,?#$=0\x00é", max_size=4))
    read(write(good[:at] + piece + good[at + data.draw(st.integers(0, 9)) :]), around)


@QUIET
@given(data=st.data())
def test_lines_in_another_order_are_answered(data, write, around):
    lines = data.draw(st.sampled_from(SHIPPED)).splitlines()
    first, second = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    lines[first], lines[second] = lines[second], lines[first]
    read(write("\n".join(lines)), around)


BOMBS = {
    "aliases": "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n",
    "brackets": "root: " + "[" * 100_000,
    "braces": "root: " + "{invert: " * 50_000,
    "deep lines": "root:\n" + "".join(f"{'  ' * n}invert:\n" for n in range(1, 400)),
    "deep nodes": HEAD + "root: " + "{invert: " * 61 + "hold" + "}" * 61,
    "long word": HEAD + f"root: {'h' * 3_000_000}\n",
    "long key": HEAD + f"root:\n  {'h' * 3_000_000}: 5\n",
    "long quoted key": HEAD + f'root:\n  "{"h" * 300_000}": 5\n',
    "long text": HEAD + f"root:\n  say: {'h ' * 1_000_000}\n",
    "long condition": HEAD + f"root:\n  hold:\n  when: {'a and ' * 300_000}a\n",
    "long quantity": HEAD + f"root:\n  wait: {'9' * 3_000_000} s\n",
    "large number": HEAD + f"root: {{retry: {{times: {'9' * 290}, do: {{wait_for: a}}}}}}\n",
    "endless number": HEAD + "let: {n: .inf}\nroot: {set: n = n + 1}\n",
    "no number": HEAD + "let: {n: .nan}\nroot: {set: n = n + 1}\n",
    "many nodes": HEAD + "root:\n  sequence:\n" + "    - hold\n" * 20_000,
    "too large": "#" * 5_000_000,
    "many errors": HEAD + "root:\n  sequence:\n" + "    - hodl\n" * 3_000,
    "a NUL": HEAD + "root: ho\0ld\n",
    "half a pair": HEAD + 'root: "\\ud800"\n',
    "a bell": HEAD + "root: \a\n",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused(name, write, around):
    message = read(write(BOMBS[name]), around)
    assert message
    assert max(map(len, message.splitlines())) < 600


def test_trees_that_call_each_other_twice_come_to_an_end(write, around):
    for n in range(25):
        call = f"{{tree: level{n + 1}}}" if n < 24 else "hold"
        write(f"tree: level{n}\nabout: A test.\nroot: {{sequence: [{call}, {call}]}}\n", f"level{n}")
    assert "more than 10000 nodes: split the tree" in read(write(HEAD + "root: {tree: level0}\n"), around)


def test_a_long_chain_of_trees_comes_to_an_end(write, around):
    for n in range(80):
        call = f"{{tree: link{n + 1}}}" if n < 79 else "hold"
        write(f"tree: link{n}\nabout: A test.\nroot: {call}\n", f"link{n}")
    assert "nodes more than 60 deep: split the tree" in read(write(HEAD + "root: {tree: link0}\n"), around)


@pytest.mark.parametrize(
    ("word", "node"),
    [
        ("together: {until: one, do: [%s]}", "{go_to: dock, when: battery < 0.%d1 %%}"),
        ("together: {until: one, do: [%s]}", "{sequence: [{hold: , when: battery < 0.%d1 %%}, wait: 5 s]}"),
        ("first_of: [%s]", "{hold: , when: battery > 0.%d1 %%}"),
        ("first_of: [%s]", "{hold: , when: a and b or c and stage == 'ask' and battery > 0.%d1 %% or not a}"),
    ],
)
def test_a_wide_tree_is_linted_to_an_end(word, node, write, around):
    root = word % ", ".join(node % n for n in range(1000, 2000))
    assert lint(check_tree(write(f"{HEAD}root: {{{root}}}\n"), around), around) is not None


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\xef\xbb\xbf" + HEAD.encode() + b"root: hold\n", ""),
        (HEAD.replace("\n", "\r\n").encode() + b"root:\r\n  wait: 5 s\r\n", ""),
        (HEAD.replace("\n", "\r\n").encode() + b"root:\r\n  wait: 5\r\n", "main.yaml:4:9: expected a time"),
        (HEAD.encode() + b"root: {say: ch\xe0o}\n", "main.yaml:3:15: is not UTF-8 text: save the file as UTF-8"),
        (HEAD.encode("utf-16"), "main.yaml:1:1: is not UTF-8 text"),
        (HEAD.encode() + b"root:\n\thold\n", "main.yaml:4:1: not YAML: a tab can't indent: use spaces"),
        (HEAD.encode() + b"root: ho\x00ld\n", "main.yaml:3:9: not YAML: the character '\\x00' may not stand here"),
    ],
)
def test_odd_encodings_are_read_or_named(raw, message, tmp_path, around):
    path = tmp_path / "main.yaml"
    path.write_bytes(raw)
    answer = read(path, around).replace(f"{tmp_path}/", "")
    assert answer.startswith(message)
    assert bool(answer) == bool(message)


@pytest.mark.parametrize("name", ["nowhere.yaml", "a\0b.yaml", "x" * 5000, "."])
def test_a_path_that_is_no_tree_file_is_named(name, tmp_path, around):
    with suppress(ValueError):
        assert "cannot be read" in read(tmp_path / name, around)
