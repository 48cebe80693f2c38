"""An office's events reach the city exactly once and in order, whatever happens on the way."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.event import listen
from sqlalchemy.exc import IntegrityError

from centre.journal import Journal
from centre.label import label_of
from centre.office import Office
from city.database import CityAway, check, initialise, open_city
from city.forwarding import Forwarder, keep_forwarding
from city.inbox import ForkedError, Inbox, Received
from city.tables import events, offices
from robot.types import LetanError


class Ward:
    """An office with a database file, and what is sent of it."""

    def __init__(self, site, clock, path, engine, name="cua_nam"):
        self.site, self.clock, self.path, self.engine, self.name = site, clock, path, engine, name
        self.office = Office(site, clock, path)
        self.journal = Journal(path, lambda event: None, "read")
        self.forwarder = self.new_forwarder()

    def new_forwarder(self):
        return Forwarder(self.name, label_of(self.site), self.journal, Inbox(self.engine))

    def work(self, citizens):
        """So many citizens are served and rate."""
        for _ in range(citizens):
            ticket = self.office.issue(self.office.open_visit(), "1", "ket_hon")
            self.clock.seconds += 60
            self.office.call_next("1", "1-1")
            self.office.mark("finished", ticket.number)
            self.office.rate(ticket.visit, 5)

    def chain(self):
        return [(each.event.seq, each.hash) for each in self.journal.chain_after(0, 10**9)]

    def close(self):
        self.journal.close()
        self.office.close()


@pytest.fixture
def ward(site, clock, tmp_path, city):
    made = Ward(site, clock, tmp_path / "ward.db", city)
    yield made
    made.close()


def arrived(engine, office="cua_nam"):
    """The events of an office that the city has, as places of its chain."""
    query = select(events.c.seq, events.c.hash).where(events.c.office == office).order_by(events.c.seq)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def test_what_an_office_stores_is_at_the_city_as_it_was_stored(ward, city):
    ward.work(3)
    assert ward.forwarder.forward() == len(ward.chain()) == 15
    assert arrived(city) == ward.chain()
    with city.connect() as connection:
        row = connection.execute(select(events).where(events.c.kind == "rated").limit(1)).one()
    stored = ward.journal.chain_after(row.seq - 1, 1)[0].event
    assert (row.stamp, row.day.isoformat()) == (stored.stamp, stored.day)
    assert (row.visit, row.data) == (stored.visit, stored.data)
    assert ward.forwarder.forward() == 0
    ward.work(1)
    assert ward.new_forwarder().forward() == 5


def test_a_batch_whose_answer_was_lost_is_not_taken_twice(ward, city):
    ward.work(4)
    inbox = Inbox(city)
    inbox.introduce("cua_nam", label_of(ward.site))
    batch = ward.journal.chain_after(0, 12)
    assert inbox.take("cua_nam", Received(), batch) == inbox.take("cua_nam", Received(), batch)
    longer = ward.journal.chain_after(0, 100)
    inbox.take("cua_nam", Received(), longer)
    assert arrived(city) == ward.chain()
    with city.begin() as connection, pytest.raises(IntegrityError):  # and the table itself would not have it
        connection.execute(events.insert().from_select(events.c.keys(), select(events).limit(1)))


def test_two_that_send_at_once_send_everything_once(ward, city):
    ward.work(12)
    senders = [ward.new_forwarder() for _ in range(2)]
    sent = []
    threads = [threading.Thread(target=lambda each=each: sent.append(each.forward())) for each in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert arrived(city) == ward.chain()


def test_another_office_s_database_is_not_sent_under_a_name_that_is_taken(ward, city, site, clock, tmp_path):
    ward.work(2)
    ward.forwarder.forward()
    other = Ward(site, clock, tmp_path / "other.db", city)
    try:
        other.work(1)
        with pytest.raises(ForkedError, match="another event 10"):
            other.forwarder.forward()
        other.work(3)
        with pytest.raises(ForkedError):
            other.new_forwarder().forward()
        assert arrived(city) == ward.chain()
        second = Forwarder("other", label_of(site), other.journal, Inbox(city))
        assert second.forward() == 20
    finally:
        other.close()


def test_an_office_that_goes_on_after_a_loss_goes_on_at_the_city(ward, city, site, clock, tmp_path):
    ward.work(2)
    copy = tmp_path / "copy.db"
    ward.office.back_up(copy)
    ward.work(2)
    ward.forwarder.forward()
    ward.close()
    for left in tmp_path.glob("ward.db-*"):
        left.unlink()
    copy.replace(ward.path)
    Office(site, clock, ward.path, accepts_loss=True).close()
    ward.__init__(site, clock, ward.path, city)
    ward.work(1)
    assert ward.forwarder.forward() == 6
    assert [seq for seq, _ in arrived(city)] == list(range(1, 27))


def test_an_event_that_was_changed_is_not_sent(ward, city):
    ward.work(2)
    database = ward.office._journal._db
    database.execute("DROP TRIGGER no_update")
    database.execute("UPDATE events SET door = '2' WHERE seq = 7")
    with pytest.raises(LetanError, match="row 7 was changed"):
        ward.forwarder.forward()


def test_a_month_without_a_line_to_the_city_arrives_whole_and_once(ward, city, clock, postgres):
    ward.work(1)
    ward.forwarder.forward()
    postgres.kill()
    for _ in range(30):
        clock.seconds += timedelta(days=1).total_seconds()
        ward.work(1)
        with pytest.raises(CityAway):
            ward.forwarder.forward()
    postgres.start()
    assert ward.forwarder.forward() == 30 * 5
    assert ward.forwarder.forward() == 0
    assert arrived(city) == ward.chain()
    with city.connect() as connection:
        assert connection.execute(select(func.count()).select_from(offices)).scalar() == 1


class Noting(Inbox):
    """Remembers the last event that was acknowledged."""

    acknowledged = 0

    def take(self, office, follows, batch):
        received = super().take(office, follows, batch)
        self.acknowledged = received.seq
        return received


class Killed(Noting):
    """The database is killed at the third batch: before it begins, before it is committed, or before the answer."""

    def __init__(self, engine, postgres, instant):
        super().__init__(engine)
        self._engine, self._postgres, self._instant, self._batches = engine, postgres, instant, 0

    def take(self, office, follows, batch):
        self._batches += 1
        if self._batches != 3:
            return super().take(office, follows, batch)
        if self._instant == "before the batch":
            self._postgres.kill()
        if self._instant == "before the commit":
            listen(self._engine, "commit", lambda connection: self._postgres.kill(), once=True)
        before = self.acknowledged
        received = super().take(office, follows, batch)
        self.acknowledged = before  # the answer does not arrive
        self._postgres.kill()
        raise CityAway(f"killed before the answer about {received.seq}")


@pytest.mark.parametrize("instant", ["before the batch", "before the commit", "before the answer"])
def test_a_killed_database_loses_nothing_acknowledged_and_doubles_nothing(ward, city, postgres, monkeypatch, instant):
    monkeypatch.setattr("city.forwarding.BATCH", 4)
    ward.work(4)
    inbox = Killed(city, postgres, instant)
    try:
        with pytest.raises(CityAway):
            Forwarder("cua_nam", label_of(ward.site), ward.journal, inbox).forward()
    finally:
        postgres.start()
    assert inbox.acknowledged == 8
    assert len(arrived(city)) == (12 if instant == "before the answer" else 8)
    ward.new_forwarder().forward()
    assert arrived(city) == ward.chain()


def test_a_database_that_acknowledges_what_it_has_not_written_would_be_found_out(ward, city, city_url, postgres):
    with city.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {city.url.database} SET synchronous_commit = off")
    city.dispose()
    ward.work(10)
    inbox = Noting(city)
    Forwarder("cua_nam", label_of(ward.site), ward.journal, inbox).forward()
    postgres.kill()
    postgres.start()
    assert inbox.acknowledged == 50
    assert len(arrived(city)) < 50


def test_a_city_that_is_away_is_asked_again_and_said_once(ward, city, postgres):
    ward.work(1)
    said, waited = [], []

    def wait(seconds):
        waited.append(seconds)
        if len(waited) == 3:
            postgres.start()
        if len(waited) == 5:
            raise StopIteration

    postgres.kill()
    with pytest.raises(StopIteration):
        keep_forwarding(ward.forwarder, wait, said.append)
    assert waited == [1.0, 2.0, 4.0, 2.0, 2.0]
    assert len(said) == 2
    assert "does not answer" in said[0]
    assert said[1] == "the city is back: 5 events sent"
    assert arrived(city) == ward.chain()


def test_tables_are_made_step_by_step_and_only_once(city_url):
    engine = open_city(city_url)
    with pytest.raises(LetanError, match="no tables yet; run `letan city init`"):
        check(engine)
    assert initialise(engine) == initialise(engine) == "s0001"
    check(engine)
    engine.dispose()


def test_the_steps_make_the_tables_that_are_written_and_read(city):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from city.tables import metadata

    with city.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


@pytest.mark.parametrize("address", ["", "city", "sqlite:///city.db", "mysql://me:secret@host/city"])
def test_an_address_that_is_none_is_refused_in_words(address):
    with pytest.raises(LetanError, match="postgresql://user@host/city"):
        open_city(address)


def test_no_password_is_ever_told():
    engine = open_city("postgresql://letan:secret@127.0.0.1:1/city")
    with pytest.raises(CityAway) as refused:
        check(engine)
    assert "secret" not in str(refused.value)
    assert "127.0.0.1:1" in str(refused.value)
