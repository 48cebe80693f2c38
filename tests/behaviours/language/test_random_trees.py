"""Random trees of real leaves, with conditions that flip, leaves that raise, and reloads: what holds at every tick."""

import random
from collections import Counter
from datetime import datetime

import pytest

from behaviours.claims import Intent
from behaviours.context import Context, Snapshot, Spoken
from behaviours.language.fields import Surroundings
from behaviours.language.nodes import FAILURE, INVALID, RUNNING, Leaf
from behaviours.language.running import TreeRunner, prepare
from behaviours.names import NAMES
from centre.events import Issued
from centre.office import Office
from navigation.goals import Progress
from reception.desk import Desk
from reception.events import Printing, RatingOffered
from reception.places import place_names
from robot.clock import SimClock
from robot.ports import Outcome
from robot.types import Localization, Touch, Track
from sim.ports import SimPrinter

LEAVES = (
    "hold", "wait: 1 s", "show_board", "announce", "play_music", "say: speech.here", "tell: speech.arrived",
    "go_to: reception", "next_waypoint", "linger: 1 s", "begin_visit", "converse", "issue_ticket", "print_ticket",
    "ask_rating", "end_visit", "hold_and_call: speech.lost", "wait_for: visit.active", "call_staff", "follow_me",
    "offer_drinks: {time: 2 s}", "set: n = n + 1",
)  # fmt: skip
CONDITIONS = (
    "visit.active", "visit.stage == 'issue'", "visit.stage == 'print'", "visit.stage == 'done'", "person.near",
    "battery < 50 %", "stopped", "n multiple of 3", "not visit.active", "rating.due", "tray.items > 2",
)  # fmt: skip
WRAPPERS = (
    "invert: {{{}}}", "always_succeed: {{{}}}", "always_fail: {{{}}}", "retry: {{times: 3, do: {{{}}}}}",
    "repeat: {{times: 2, do: {{{}}}}}", "timeout: {{after: 2 s, do: {{{}}}}}", "every: {{period: 2 s, do: {{{}}}}}",
    "cooldown: {{period: 1 s, do: {{{}}}}}", "delay: {{period: 1 s, do: {{{}}}}}",
)  # fmt: skip
LISTS = ("first_of: [{}]", "try_in_order: [{}]", "sequence: [{}]", "together: {{until: all, do: [{}]}}",
         "together: {{until: one, do: [{}]}}")  # fmt: skip
VISIT = """first_of: [
    {issue_ticket: , when: "visit.stage == 'issue'"}, {print_ticket: , when: "visit.stage == 'print'"},
    {end_visit: , when: "visit.stage == 'wait' or visit.stage == 'done'"}, {converse: , when: visit.active},
    {ask_rating: , when: rating.due}, {begin_visit: , when: person.near}]"""
NEXT = {
    "welcome": ("service", "khai_sinh"),
    "procedure": ("ticket", ""),
    "ticket": ("alone", ""),
    "rating": ("rate", "5"),
}
TOUCHES = (("start", ""), ("guide", ""), ("back", ""), ("send", ""), ("call_staff", ""), ("ticket", ""), ("stop", ""))
TICKS, RAISES = 150, 0.02


def node(rng, depth):
    """A node in flow style, with or without what may stand beside it."""
    kind = rng.random()
    if depth == 0 or kind < 0.3:
        word = rng.choice(LEAVES)
        text = word if ": " in word else f"{word}: "
    elif kind < 0.5:
        text = rng.choice(WRAPPERS).format(node(rng, depth - 1))
    else:
        children = (f"{{{node(rng, depth - 1)}}}" for _ in range(rng.randint(1, 4)))
        text = rng.choice(LISTS).format(", ".join(children))
    if rng.random() < 0.35:
        text += f', when: "{rng.choice(CONDITIONS)}"'
        if rng.random() < 0.3:
            text += f', until: "{rng.choice(CONDITIONS)}"'
    return text


def tree(rng):
    """A whole file."""
    above = "".join(
        f'  - {{when: "{rng.choice(CONDITIONS)}", do: {{{node(rng, 1)}}}}}\n' for _ in range(rng.randint(0, 2))
    )
    head = f"tree: main\nabout: A test.\nlet: {{n: 0}}\n{'interrupts:' if above else ''}\n{above}"
    root = node(rng, 4)
    if rng.random() < 0.5:  # half of them can serve somebody
        nodes = [VISIT, node(rng, 2), node(rng, 2)]
        rng.shuffle(nodes)
        root = f"{rng.choice(LISTS).format(', '.join(f'{{{each}}}' for each in nodes))}"
    return f"{head}root: {{{root}}}\n"


class Life:
    """A tree, the desk it serves, and what its leaves did: rounds, claims of the tick, and what raised."""

    def __init__(self, site, texts, rng, write):
        self.rng, self.site, self.clock, self.write = rng, site, SimClock(datetime(2026, 11, 23, 9, 0)), write
        self.told, self.raised, self.ends, self.open = [], [], Counter(), set()
        office = Office(site, self.clock, on_event=lambda event: self.desk.on_event(event))
        self.desk = Desk(office, self.clock, SimPrinter(self.clock, 1), texts, self.told.append)
        keys = {language: frozenset(words) for language, words in texts.items()}
        self.around = Surroundings(NAMES, keys, place_names(self.desk.site.floor))
        self.goal, self.speech, self.facts = None, "", (False, False, 0.9, 0)
        built = prepare(write(tree(rng)), self.around)
        self.runner = TreeRunner(built.spec, lambda source, text: self.raised.append(text))
        self.spied(self.runner.root)

    def spied(self, root):
        """Count what the leaves do, and let them raise now and then."""
        for leaf in (each for each in root.iterate() if isinstance(each, Leaf)):
            for name in ("initialise", "update", "terminate"):
                setattr(leaf, name, self.spy(leaf, name, getattr(leaf, name)))

    def spy(self, leaf, name, method):
        def spying(*arguments):
            if name == "initialise":
                assert leaf not in self.open, "it began twice without an ending"
                self.open.add(leaf)
            if name == "terminate":
                assert leaf in self.open, "it ended without having begun, or twice"
                self.open.remove(leaf)
                self.ends[arguments[0]] += 1
                self.ended_at[leaf] = len(self.claims)
            strikes, result = self.rng.random() < RAISES, method(*arguments)
            if strikes:
                self.struck += [leaf] if name != "terminate" else []
                raise ZeroDivisionError("for the test")
            return result

        return spying

    def tick(self):
        """Half a second, in which anything may change."""
        rng, now = self.rng, self.clock.now()
        self.clock.seconds += 0.5
        if rng.random() < 0.2:
            self.facts = rng.random() < 0.2, rng.random() < 0.7, rng.random(), rng.choice([0, 4])
        stopped, near, battery, tray = self.facts
        pose, touches = self.site.floor.reception, []
        person = Track(1, pose.x + 1.0, pose.y, 0.0, 0.0, 5.0, 1.0) if near else None
        if rng.random() < 0.3:
            page = self.desk.visit.page if self.desk.visit else "board"
            action, value = NEXT[page] if page in NEXT and rng.random() < 0.7 else rng.choice(TOUCHES)
            touches = [Touch(now, page, action, value)]
        if rng.random() < 0.1:
            self.serve()
        self.desk.attend(now, person, touches, [])
        spoken = Spoken(self.speech, Outcome(True) if rng.random() < 0.3 else None)
        progress = Progress(
            rng.choice(["driving", "driving", "arrived", "failed"]), self.goal, 2.0, 4.0, reason="no way"
        )
        world = Snapshot(
            now, self.clock.wall(), Localization(now, pose), battery, stopped=stopped, tray_items=tray,
            people=(person,) if person else (), person=person, came_up=near, touches=tuple(touches),
            progress=progress, spoken=spoken, visit=self.desk.visit,
        )  # fmt: skip
        self.struck, self.claims, self.ended_at, intent = [], [], {}, Intent()
        take = intent._take
        intent._take = lambda actuator, by: self.claims.append((actuator, by)) or take(actuator, by)
        self.runner.tick(Context(world, intent, self.desk))
        self.goal, self.speech = intent.wheels, intent.speech.key if intent.speech else ""
        return intent

    def serve(self):
        """The number of one door is called and served."""
        for door in self.site.doors:
            ticket = self.desk.office.call_next(door)
            if ticket is not None:
                for step in ("started", "finished"):
                    self.desk.office.mark(step, ticket.number)
                return

    def reload(self):
        built = prepare(self.write(tree(self.rng)), self.around)
        self.spied(built.root)
        self.runner.offer(built, self.clock.now(), at_once=True)


def held(life, intent):
    """Each actuator is the highest claimant's whose round goes on; what has ended keeps nothing from others."""
    rank = {each: index for index, each in enumerate(sorted(life.runner.root.iterate(), key=path))}
    for actuator, holder in intent.holders.items():
        claimants = [(at, by) for at, (what, by) in enumerate(life.claims) if what == actuator]
        assert holder in [by for _, by in claimants]
        for at, by in claimants:
            assert rank[by] >= rank[holder] or by.has_ended, f"{actuator}: {by.name} is higher than {holder.name}"
            assert at < life.ended_at.get(holder, TICKS**2) or by is holder, f"{holder.name} kept {actuator}"


def path(each):
    """Where a node stands: the number of each node among its siblings, from the top."""
    steps = []
    while each.parent is not None:
        steps.append(each.parent.children.index(each))
        each = each.parent
    return steps[::-1]


@pytest.fixture
def life(seed, site, texts, write):
    made = Life(site, texts, random.Random(seed), write)
    yield made
    made.desk.office.close()


@pytest.mark.parametrize("seed", range(80))
def test_random_trees_keep_claims_endings_and_visits_in_order(life):
    rng = life.rng
    for _ in range(TICKS):
        if rng.random() < 0.02:
            life.reload()
        intent = life.tick()
        held(life, intent)
        running = {each for each in life.runner.root.iterate() if isinstance(each, Leaf) and each.status is RUNNING}
        assert life.open == running
        assert all(leaf.status in (FAILURE, INVALID) for leaf in life.struck if leaf not in running)
    life.runner.root.stop(INVALID)
    assert life.open == set()
    assert [text for text in life.raised if "for the test" not in text and "there is no visit" not in text] == []
    tickets = Counter(event.visit for event in life.told if isinstance(event, Issued))
    offers = Counter(event.ticket for event in life.told if isinstance(event, RatingOffered))
    prints = Counter(event.ticket for event in life.told if isinstance(event, Printing))
    assert {**tickets, **offers, **prints} == dict.fromkeys({**tickets, **offers, **prints}, 1)
