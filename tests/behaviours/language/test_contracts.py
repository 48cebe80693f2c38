"""What words declare of themselves (how they end, what they claim) is what they do."""

import random
from dataclasses import replace
from datetime import datetime
from itertools import product
from types import SimpleNamespace

import pytest

from behaviours.claims import Intent
from behaviours.context import Context, Snapshot, Spoken
from behaviours.language.conditions import Variable
from behaviours.language.fields import Surroundings, fields_that_refer_to
from behaviours.language.nodes import FAILURE, INVALID, RUNNING, SUCCESS, Leaf, Running, Source
from behaviours.language.scope import Declaration, Scope
from behaviours.language.subtree import CALL
from behaviours.language.words import leaf, vocabulary
from behaviours.names import NAMES
from centre.office import Office
from centre.store import BusyError
from navigation.goals import Progress
from reception.desk import Desk
from reception.places import place_names
from robot.clock import SimClock
from robot.ports import Outcome
from robot.types import LetanError, Localization, Touch, Track
from sim.ports import SimPrinter

OURS = [word for word in vocabulary().values() if word.children == "none" and word is not CALL]
HERE = Source("test.yaml", 1, 1)
WRITTEN = {"time": "2 s", "condition": "person.near", "why": "test", "to": "n = n + 1", "reach": "1 m"}
ROUNDS, TICKS = 60, 40


class Life:
    """A desk, people and a navigator of which anything may be expected, drawn from a seed."""

    def __init__(self, site, texts, seed):
        self.rng, self.clock = random.Random(seed), SimClock(datetime(2026, 11, 23, 9, 0))
        office = Office(site, self.clock, on_event=lambda event: self.desk.on_event(event))
        self.desk = Desk(office, self.clock, SimPrinter(self.clock, seed), texts)
        self.goal, self.speech, self.office_works = None, "", True
        for name in ("issue", "open_visit"):
            setattr(office, name, self.sometimes(getattr(office, name)))

    def prepare(self):
        """Anything that may stand open when a leaf begins."""
        desk, rng = self.desk, self.rng
        self.goal, self.speech, self.office_works = None, "", True
        desk.end(self.clock.now(), "test")
        if rng.random() < 0.4:
            desk.office.staff.call_robot("3")
            desk.places.pose("call.door")
        self.touch("start")
        for action, value in (("fields", ""), ("field", "1"), ("service", "khai_sinh"), ("ticket", "")):
            if rng.random() < 0.9:
                self.touch(action, value)
        if desk.visit is None:
            return
        if rng.random() < 0.7 and desk.visit.door == "":
            desk.visit = replace(desk.visit, door="1")
        if rng.random() < 0.5 and desk.issue(self.clock.now()) == "" and rng.random() < 0.5:
            self.serve()
        self.office_works = rng.random() < 0.7
        desk.visit = replace(desk.visit, guide=rng.choice(["wanted", "wanted", "paused", "done"]))
        desk.visit = replace(desk.visit, wants_staff=rng.random() < 0.7)
        if rng.random() < 0.3:
            desk.end(self.clock.now(), "test")

    def sometimes(self, write):
        """What the office does, which sometimes can't write, or only after a while."""

        def written(*what):
            if not self.office_works:
                raise LetanError("the disk is full") if self.rng.random() < 0.3 else BusyError("others write")
            return write(*what)

        return written

    def serve(self):
        """The number is called and served at its door."""
        ticket = self.desk.visit.ticket
        if ticket:
            self.desk.office.call_next(self.desk.visit.door)
            for step in ("started", "finished"):
                self.desk.office.mark(step, ticket)

    def touch(self, action, value=""):
        now = self.clock.now()
        page = self.desk.visit.page if self.desk.visit else "board"
        self.desk.attend(now, None, [Touch(now, page, action, value)], [])

    def world(self, site):
        """One tick's snapshot."""
        rng, pose = self.rng, site.floor.reception
        near = Track(1, pose.x + rng.choice([0.8, 1.2, 2.5, 6.0]), pose.y, 0.0, 0.0, 5.0, rng.random() * 2.0)
        people = (near,) if rng.random() < 0.7 else ()
        state = rng.choice(["driving"] * 6 + ["arrived", "failed"])
        said = rng.random() < 0.3
        touches = (Touch(self.clock.now(), "drinks", "taken", ""),) if rng.random() < 0.05 else ()
        return Snapshot(
            stamp=self.clock.now(),
            wall=self.clock.wall(),
            where=Localization(self.clock.now(), pose, unsure=rng.random() < 0.8),
            charging=rng.random() < 0.2,
            tray_items=rng.choice([0, 2, 6, 6, 6]),
            people=people,
            person=near if people and near.x - pose.x < 1.3 else None,
            touches=touches,
            progress=Progress(state, self.goal, 2.0, 4.0, reason="no way", wants_way=self.clock.now() % 1.0 < 0.3),
            spoken=Spoken(self.speech, Outcome(True) if said else None),
            visit=self.desk.visit,
        )


@pytest.fixture
def life(site, texts):
    made = Life(site, texts, 1)
    yield made
    made.desk.office.close()


def parameters(word, around):
    """Small values for what a word needs."""
    texts, places = (fields_that_refer_to(kind, word.parameters) for kind in ("text", "place"))
    written = {name: WRITTEN[name] for name in word.parameters.model_fields if name in WRITTEN}
    written |= dict.fromkeys(texts, "speech.here") | dict.fromkeys(places, "reception")
    return word.parameters.model_validate(written, context=around)


def surroundings_of(life, texts):
    """What the parameters of a word may refer to."""
    return Surroundings(
        {**NAMES, "n": NAMES["tray.items"]},
        {language: frozenset(keys) for language, keys in texts.items()},
        place_names(life.desk.site.floor),
        {"n": Variable("number", "n")},
    )


def lived(word, life, site, texts):
    """The statuses of a leaf's ticks that did not raise, and the actuators that it claimed."""
    scope, around = Scope({"n": Declaration(type="number")}), surroundings_of(life, texts)
    raised, statuses, claimed = [], set(), set()
    run = Running(scope, on_error=lambda source, text: raised.append(text))
    leaf = word.make(word.name, HERE, run, parameters(word, around))
    for _ in range(ROUNDS):
        life.prepare()
        for _ in range(TICKS):
            life.clock.seconds += life.rng.choice([0.1, 0.5, 3.0, 30.0])
            intent, before = Intent(), len(raised)
            life.desk.attend(life.clock.now(), None, [], [])
            run.context = Context(life.world(site), intent, life.desk)
            status = leaf.step()
            life.goal = intent.wheels
            life.speech = intent.speech.key if intent.speech else ""
            if len(raised) == before:
                statuses.add(status)
                claimed |= intent.holders.keys()
            if status is not RUNNING:
                break
        if leaf.status is RUNNING:
            leaf.stop(INVALID)
    return statuses, claimed


@pytest.mark.parametrize("word", OURS, ids=lambda word: word.name)
def test_a_leaf_ends_and_claims_as_it_declares(word, life, site, texts):
    statuses, claimed = lived(word, life, site, texts)
    assert statuses == word.endings
    assert claimed == word.claims


@pytest.mark.parametrize("word", [word for word in OURS if word.claims_only_free], ids=lambda word: word.name)
def test_a_polite_leaf_leaves_what_is_taken(word, life, site, texts):
    run = Running(Scope({}))
    leaf = word.make(word.name, HERE, run, parameters(word, surroundings_of(life, texts)))
    intent = Intent()
    for actuator in word.claims:
        intent.holders[actuator] = SimpleNamespace(source="above", has_ended=False)
    life.desk.office.staff.call_robot("3")
    run.context = Context(life.world(site), intent, life.desk)
    leaf.step()
    assert intent.conflicts == []


class Scripted(Leaf):
    """Ends each tick as a script says, with what it may end with for ever after."""

    def __init__(self, run, script):
        super().__init__("scripted", HERE, run, None)
        self.script, self.last = iter(script), script[-1]

    def update(self):
        return next(self.script, self.last)


STATUSES = (RUNNING, SUCCESS, FAILURE)
CHOICES = {
    "together": [{"until": "all"}, {"until": "one"}],
    "retry": [{"times": 1}, {"times": 3}],
    "repeat": [{"times": 0}, {"times": 1}, {"times": 3}],
    "timeout": [{"after": "1 s"}],
    "every": [{"period": "1 s"}, {"period": "1 s", "first_after": "0.5 s"}],
    "cooldown": [{"period": "1 s"}],
    "delay": [{"period": "1 s"}],
}
STRUCTURE = [word for word in vocabulary().values() if word.children != "none"]
CASES = [(word, each) for word in STRUCTURE for each in CHOICES.get(word.name, [{}])]


@pytest.mark.parametrize(("word", "written"), CASES, ids=lambda case: getattr(case, "name", str(case)))
def test_a_structural_word_ends_as_its_children_let_it(word, written, moment):
    """Every script of three ticks for each child; what was seen is exactly what is declared of those children."""
    p = word.parameters.model_validate(written)
    seen: dict[tuple, set] = {}
    for scripts in product(product(STATUSES, repeat=3), repeat=2 if word.children == "many" else 1):
        run = Running(Scope({}))
        node = word.make("node", HERE, run, p, [Scripted(run, script) for script in scripts])
        statuses = set()
        for tick in range(5):
            run.context = moment(0.4 * tick)
            statuses.add(node.step())
        for wider in {tuple(frozenset({*script, *more}) for script, more in zip(scripts, mores, strict=True))
                      for mores in product([(), STATUSES], repeat=len(scripts))}:  # fmt: skip
            seen.setdefault(wider, set()).update(statuses)
    for of, statuses in seen.items():
        assert statuses <= word.outcomes(p, of), of
    exact = tuple(frozenset(STATUSES) for _ in range(2 if word.children == "many" else 1))
    assert seen[exact] == word.outcomes(p, exact)


def test_two_leaves_of_one_name_are_refused():
    class Hold(Leaf):
        """Another hold."""

    with pytest.raises(LetanError, match="two leaves are called `hold`"):
        leaf("hold")(Hold)
