"""Robots at a real broker: in the standard's form, gone when they are gone, and back with the broker."""

import datetime as dt
import importlib.resources
import json
import time

import jsonschema
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from centre.robot_status import RobotStatus
from city import vda5050
from city.mqtt import Beacon, LiveStatus, broker_address
from robot.types import LetanError

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
STATUS = RobotStatus(
    robot="r1",
    stamp=NOW,
    pose=(3.2, 4.5, -1.0),
    linear=0.4,
    battery=0.82,
    page="driving",
    held="people",
    needs_help="no way there",
    emergency_stop=True,
    devices={"printer": "no paper", "voice": ""},
)


def schema(kind):
    """The standard's own schema, as its Python kit ships it."""
    return json.loads((importlib.resources.files("vda5050") / "validation" / "schemas" / f"{kind}.json").read_text())


def until(true, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)


@pytest.fixture
def address(broker):
    return broker_address(f"mqtt://127.0.0.1:{broker.port}")


@pytest.fixture
def raw(broker):
    """All messages at the broker as they are, by topic."""
    found = {}
    client = Client(CallbackAPIVersion.VERSION2)
    client.on_message = lambda _client, _data, message: found.setdefault(message.topic, []).append(message)
    client.on_connect = lambda client, *_: client.subscribe("#", qos=1)
    client.connect_async("127.0.0.1", broker.port)
    client.loop_start()
    until(client.is_connected)
    yield found
    client.disconnect()
    client.loop_stop()


@pytest.mark.parametrize("status", [STATUS, RobotStatus(robot="r1", stamp=NOW)])
@pytest.mark.parametrize("kind", ["state", "visualization"])
def test_what_is_told_fits_the_schemas_of_the_standard(kind, status):
    message = getattr(vda5050, kind)("cua_nam.r1", 1, status, "cua_nam")
    jsonschema.validate(message, schema(kind), format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("state", ["ONLINE", "OFFLINE", "CONNECTIONBROKEN"])
def test_a_connection_fits_its_schema_and_another_word_does_not(state):
    message = vda5050.connection("cua_nam.r1", 1, NOW, state)
    jsonschema.validate(message, schema("connection"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(message | {"connectionState": "AWAY"}, schema("connection"))


def test_a_state_says_what_is_wrong_in_the_standard_s_words():
    told = vda5050.state("cua_nam.r1", 7, STATUS, "cua_nam")
    assert told["timestamp"] == "2026-11-23T01:00:00.000Z"
    assert {each["errorType"]: each["errorLevel"] for each in told["errors"]} == {
        "printer": "WARNING",
        "standstill": "FATAL",
    }
    assert told["safetyState"] == {"eStop": "MANUAL", "fieldViolation": True}
    assert told["batteryState"] == {"batteryCharge": 82.0, "charging": False}
    assert told["driving"]


def test_a_robot_at_the_broker_is_online_tells_its_state_and_leaves(address, raw):
    live = LiveStatus(address)
    beacon = Beacon(address, "cua_nam.r1", "cua_nam")
    try:
        until(lambda: live.of("cua_nam").get("r1") and live.of("cua_nam")["r1"].connection == "ONLINE")
        beacon.tell(STATUS)
        until(lambda: live.of("cua_nam")["r1"].charge == 82.0)
        assert live.of("cua_nam")["r1"].troubles == ("printer", "standstill")
        assert live.of("another") == {}
    finally:
        beacon.close()
    until(lambda: live.of("cua_nam")["r1"].connection == "OFFLINE")
    live.close()
    for topic, messages in raw.items():
        for message in messages:
            jsonschema.validate(json.loads(message.payload), schema(topic.rpartition("/")[2]))
    head = "uagv/v2/letan/cua_nam.r1"
    assert raw.keys() == {f"{head}/connection", f"{head}/state", f"{head}/visualization"}
    headers = [json.loads(message.payload)["headerId"] for message in raw[f"{head}/connection"]]
    assert headers == sorted(set(headers))


def test_a_robot_whose_line_is_cut_is_said_to_be_broken_off_by_the_broker(address):
    live = LiveStatus(address)
    beacon = Beacon(address, "cua_nam.r2", "cua_nam")
    until(lambda: live.of("cua_nam").get("r2") and live.of("cua_nam")["r2"].connection == "ONLINE")
    beacon._client.loop_stop()
    beacon._client.socket().close()  # no farewell
    until(lambda: live.of("cua_nam")["r2"].connection == "CONNECTIONBROKEN")
    live.close()


def test_robots_are_back_when_the_broker_is(address, broker):
    live = LiveStatus(address)
    beacon = Beacon(address, "cua_nam.r3", "cua_nam")
    until(lambda: live.of("cua_nam").get("r3"))
    broker.kill()
    until(lambda: not live.of("cua_nam"))
    beacon.tell(STATUS)  # nobody waits for a broker that is away
    broker.start()
    until(lambda: live.of("cua_nam").get("r3") and live.of("cua_nam")["r3"].connection == "ONLINE")
    until(lambda: beacon.tell(STATUS) or live.of("cua_nam")["r3"].charge == 82.0)
    beacon.close()
    live.close()


def test_messages_that_are_not_in_the_standard_s_form_are_left_out(address):
    live = LiveStatus(address)
    beacon = Beacon(address, "cua_nam.r4", "cua_nam")
    until(lambda: live.of("cua_nam").get("r4"))
    for payload in (b"", b"[]", b"{}", b"\xff", b'{"serialNumber": "cua_nam.r4", "errors": 1}'):
        beacon._client.publish(vda5050.topic("cua_nam.r4", "state"), payload).wait_for_publish(5)
    beacon.tell(STATUS)
    until(lambda: live.of("cua_nam")["r4"].charge == 82.0)
    beacon.close()
    live.close()


@pytest.mark.parametrize("url", ["", "127.0.0.1:1883", "http://127.0.0.1", "mqtt://", "mqtt://host:port"])
def test_an_address_that_is_no_broker_s_is_refused_in_words(url):
    with pytest.raises(LetanError, match="write mqtt://host:1883"):
        broker_address(url)


def test_an_address_says_user_password_and_port():
    address = broker_address("mqtts://letan:p%40ss@broker")
    assert (address.host, address.port, address.is_secure) == ("broker", 8883, True)
    assert (address.user, address.password) == ("letan", "p@ss")
