"""A small language world: trees written into a folder, leaves that end as a test says."""

from dataclasses import dataclass, field

import pytest

from behaviours.language.building import build
from behaviours.language.conditions import Name
from behaviours.language.fields import Surroundings
from behaviours.language.nodes import FAILURE, RUNNING, SUCCESS
from behaviours.language.reader import read_tree

STATUS = {"s": SUCCESS, "f": FAILURE, "r": RUNNING}


@pytest.fixture
def around():
    """Names, texts and places for trees of tests; facts stand in `context.facts`."""
    names = {
        name: Name("bool", name, lambda run, name=name: run.context.facts[name]) for name in ("a", "b", "c", "stopped")
    }
    names["battery"] = Name("share", "battery", lambda run: run.context.facts["battery"], least=0.0, most=1.0)
    names["stage"] = Name("text", "stage", lambda run: run.context.facts["stage"], ("ask", "issue", "print"))
    texts = frozenset({"speech.here", "speech.gone"})
    return Surroundings(
        names, {"vi": texts, "en": texts | {"speech.bye"}}, frozenset({"dock", "reception"}), top_speed=0.7
    )


@dataclass
class Moment:
    """The least that a tick is, and facts for the names of tests."""

    now: float = 0.0
    is_busy: bool = False
    facts: dict = field(default_factory=dict)


@pytest.fixture
def moment():
    return Moment


class Ticker:
    """A built tree and a world to tick it in."""

    def __init__(self, path, around):
        self.root, self.run = build(read_tree(path, around))
        self.facts = {"a": False, "b": False, "c": False, "stopped": False, "battery": 0.5}
        self.now = 0.0

    def tick(self, dt=0.1, **facts):
        self.facts |= facts
        self.run.context = Moment(self.now, facts=self.facts)
        for _ in self.root.tick():
            pass
        self.now += dt
        return self.root.status

    def running(self):
        return [n.name for n in self.root.iterate() if n.status is RUNNING and not n.children]


@pytest.fixture
def ticker(write, around):
    """From a root in YAML to a ticking tree."""

    def make(root, head="", name="main"):
        indented = "\n".join("  " + line for line in root.strip("\n").splitlines())
        return Ticker(write(f"tree: {name}\nabout: A test.\n{head}root:\n{indented}\n", name), around)

    return make
