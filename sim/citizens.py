"""Simulated citizens: each life is one generator, stepped ten times a second, from the entrance to the exit."""

from __future__ import annotations

import math
from collections.abc import Generator

import numpy as np

from robot.pages import PAGES
from robot.types import Pose
from sim.events import CitizenAsked, CitizenGaveUp, CitizenIn, CitizenOut, CitizenToDoor, DrinkTaken, Guided
from sim.follower import Follower
from sim.hall import Hall
from sim.scenario import Wish
from sim.screen_use import ScreenUser
from sim.walker import Life, Walker

WAITED = 30.0  # s after which somebody listens for another way
HEARS = 8.0  # m within which the robot is heard
GOES = 0.6  # share of those who go to the doors when they hear that
ISSUED_BY_HAND = 15.0  # s


class Citizen(Walker):
    """One person with a wish, habits drawn from the scenario, and a body in the crowd."""

    def __init__(self, hall: Hall, name: str, wish: Wish, rng: np.random.Generator) -> None:
        self.name = name
        self.wish = wish
        habits = hall.scenario.habits
        self.by_voice = bool(wish.say) and rng.random() < habits.by_voice
        self.wants_guide = rng.random() < habits.guided
        self.wants_drink = rng.random() < habits.drinks
        self.rates = rng.random() < habits.rates
        self.level = int(rng.choice([5, 4, 3, 2, 1], p=[0.5, 0.3, 0.1, 0.06, 0.04]))
        self.comes_with_somebody = rng.random() < habits.companions
        self.goes_to_door = False
        self.heard_of_doors = -math.inf
        self.follow_rng = np.random.default_rng(rng.integers(2**63))
        self.number = ""
        self.door = ""
        self.guided = False
        self.arrived = False
        place = hall.site.floor.entrance.compose(Pose(-0.9, float(rng.uniform(-0.4, 0.4)), 0.0))
        super().__init__(hall, (place.x, place.y), rng)
        self.user = ScreenUser(self)

    def life(self) -> Life:
        """Everything from coming in to leaving."""
        self.hall.record(CitizenIn(self.name, self.wish.procedure))
        yield from self.come_in()
        if (yield from self.reach_robot()):
            self.hall.record(CitizenAsked(self.name))
            yield from self.user.converse()
            if self.user.following:
                yield from self.follow()
        elif self.goes_to_door:
            yield from self.take_number_at_door()
        self.give_up_turn()
        if self.number:
            yield from self.sit_and_wait()
            yield from self.be_served()
            yield from self.rate()
        yield from self.leave()

    def come_in(self) -> Life:
        """Through the entrance to a free place among those who wait for the robot."""
        across = float(self.rng.uniform(-0.8, 0.8))
        spot = self.hall.site.floor.entrance.compose(Pose(float(self.rng.uniform(0.9, 1.8)), across, 0.0))
        x, y = self.hall.line().join(self) or (spot.x, spot.y)
        if not self.may_step_up():
            yield from self.walk_to(x, y, 20.0)

    def may_step_up(self) -> bool:
        """Whether the robot has time and nobody came before."""
        hall = self.hall
        return hall.at_robot is None and hall.robot_stands and self.is_next() and hall.line().is_first(self)

    def reach_robot(self) -> Generator[None, None, bool]:
        """Wait for one's turn, then walk up to the screen; False when patience ends."""
        hall = self.hall
        self.body.attentive = True
        until, again = hall.clock.now() + hall.scenario.habits.patience, 0.0
        asked_at = hall.clock.now()
        while hall.clock.now() < until:
            if hall.at_robot is not self and self.hears_of_doors(asked_at):
                hall.line().leave(self)
                return False
            if self.may_step_up():
                hall.at_robot = self
            if hall.at_robot is self and not hall.robot_stands and hall.away(self.body) > 4.0:
                self.give_up_turn()  # it drives away: wait until it stands again
                self.body.path = None
            if hall.at_robot is self:
                if hall.faces(self.body) and hall.robot_stands:
                    self.body.path = None
                    self.look_at_robot()
                    hall.line().leave(self)
                    return True
                if hall.clock.now() >= again:
                    hall.walk(self.body, hall.before_screen())
                    again = hall.clock.now() + 0.7
            yield
        hall.line().leave(self)
        hall.record(CitizenGaveUp(self.name))
        self.give_up_turn()
        return False

    def hears_of_doors(self, since: float) -> bool:
        """Whether the robot has just said, to who has waited a while, that numbers are given at the doors too."""
        told = self.hall.sent_to_doors
        if not since + WAITED < told or told <= self.heard_of_doors or self.hall.away(self.body) > HEARS:
            return False
        self.heard_of_doors = told
        self.goes_to_door = bool(self.follow_rng.random() < GOES)
        return self.goes_to_door

    def take_number_at_door(self) -> Life:
        """Walk to one's door and get a number from the staff there."""
        hall = self.hall
        self.door = hall.site.procedures[self.wish.procedure].door
        place = hall.site.floor.doors[self.door].arrive
        yield from self.walk_to(place.x, place.y, 40.0)
        yield from self.pause(ISSUED_BY_HAND)
        while not (number := hall.counters.issue(self.door, self.wish.procedure)):
            yield
        self.number = number
        hall.record(CitizenToDoor(self.name, self.number))

    def is_next(self) -> bool:
        """Whether the robot is not with somebody else just now."""
        state = self.hall.screen.state
        return state is not None and not PAGES[state.page].is_taken

    def give_up_turn(self) -> None:
        """The next one may step up."""
        if self.hall.at_robot is self:
            self.hall.at_robot = None

    def look_at_robot(self) -> None:
        """Turn towards the robot."""
        x, y = self.hall.world.crowd.place(self.body)
        self.body.heading = math.atan2(self.hall.robot.y - y, self.hall.robot.x - x)

    def follow(self) -> Life:
        """Walk behind the robot until it says that this is the place."""
        manners = self.hall.scenario.habits.followers
        weights = np.array(list(manners.values()))
        manner = list(manners)[int(self.follow_rng.choice(len(weights), p=weights / weights.sum()))]
        follower = Follower(self.hall, self.body, manner, self.follow_rng, self.user.watch)
        yield from follower.walk()
        if follower.was_led and manner != "leaves":
            yield from self.step_forward()
            x, y = self.hall.world.crowd.place(self.body)
            self.guided = True
            self.arrived = self.hall.site.floor.doors[self.door].contains(x, y)
            self.hall.record(Guided(self.name, self.number, self.door, self.arrived, manner))
        self.give_up_turn()

    def step_forward(self) -> Life:
        """A few steps into the waiting area that the robot has shown."""
        place = self.hall.site.floor.doors[self.door]
        left, bottom, right, top = place.area
        inside = (left + right + 2 * place.arrive.x) / 4, (bottom + top + 2 * place.arrive.y) / 4
        self.hall.walk(self.body, inside)
        until = self.hall.clock.now() + 5.0
        while self.hall.clock.now() < until and not place.contains(*self.hall.world.crowd.place(self.body)):
            yield
        self.body.path = None

    def sit_and_wait(self) -> Life:
        """Sit down by the door, perhaps take a drink, until the number is called."""
        hall, door = self.hall, self.hall.site.floor.doors[self.door]
        seat = None if self.body.kind == "wheelchair" else hall.take_seat(self, self.door)
        if seat is not None and not (yield from self.sit_down(seat)):
            hall.free_seat(self)
            seat = None
        if seat is None:
            goal = door.arrive.compose(Pose(-0.6, float(self.rng.uniform(-0.8, 0.8)), 0.0))
            yield from self.walk_to(*(hall.line(self.door).join(self) or (goal.x, goal.y)), 40.0)
        while self.number not in hall.called:
            if self.wants_drink:
                yield from self.take_drink()
            yield
        hall.line(self.door).leave(self)
        if seat is not None:
            yield from self.get_up(seat)
            hall.free_seat(self)

    def take_drink(self) -> Life:
        """Take something from the tray when the robot stops by."""
        hall, robot = self.hall, self.hall.world.robot
        state = hall.screen.state
        if state is None or state.page != "drinks" or hall.away(self.body) > 2.6 or robot.cups + robot.candies == 0:
            return
        self.wants_drink = False
        yield from self.pause(float(self.rng.uniform(2.0, 5.0)))
        if robot.cups > 0:
            robot.cups -= 1
        elif robot.candies > 0:
            robot.candies -= 1
        hall.record(DrinkTaken(self.name))

    def be_served(self) -> Life:
        """At the counter, until the staff are done."""
        serve = self.hall.site.floor.doors[self.door].serve
        yield from self.walk_to(serve.x, serve.y, 60.0)
        self.hall.at_counter[self.number] = self
        while self.number not in self.hall.finished:
            yield
        self.hall.at_counter.pop(self.number, None)

    def rate(self) -> Life:
        """Wait a little for the robot to ask; else perhaps use the code on the ticket."""
        hall = self.hall
        if not self.rates:
            return
        place = hall.site.floor.doors[self.door]
        aside = place.serve.compose(Pose(-0.5, float(self.rng.uniform(-0.4, 0.4)), 0.0))
        yield from self.walk_to(aside.x, aside.y, 12.0)
        until = hall.clock.now() + hall.scenario.habits.wait_for_rating
        while hall.clock.now() < until and not self.user.rated:
            if self.user.is_my_rating() and hall.at_robot in (None, self):
                hall.at_robot = self
                self.body.attentive = True
                yield from self.user.give_rating()
            yield
        self.give_up_turn()
        if not self.user.rated and self.rng.random() < 0.3:
            hall.counters.rate_by_phone(self.number, self.level, ())

    def leave(self) -> Life:
        """Out through the entrance."""
        out = self.hall.site.floor.entrance.compose(Pose(-0.2, float(self.rng.uniform(-0.4, 0.4)), 0.0))
        yield from self.walk_to(out.x, out.y, 90.0)
        self.hall.record(CitizenOut(self.name))
