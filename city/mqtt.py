"""Live status over MQTT: a robot's messages at the broker, and who listens to those of all robots."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from centre.robot_status import RobotStatus
from city import vda5050
from robot.types import LetanError

KEEP_ALIVE = 15  # s: after one and a half of it the broker takes a silent client for gone
STATE_EVERY = 10.0  # s between states where nothing changes; the standard allows 30
LEAVES_WITHIN = 3.0  # s for the last word of a client that ends
PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is: `mqtt://host`, `mqtts://user:password@host:8883`."""

    host: str
    port: int
    is_secure: bool = False
    user: str = ""
    password: str = ""


def broker_address(url: str) -> BrokerAddress:
    """LetanError for what is no address of a broker."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in PORTS or not parts.hostname:
        raise LetanError(f"`{url}` is no address of a broker: write mqtt://host:1883, or mqtts:// with TLS")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return BrokerAddress(parts.hostname, port or PORTS[parts.scheme], parts.scheme == "mqtts", user, password)


class Beacon:
    """One robot's place at the broker. Nothing here waits for it: what can't be sent now is old by the next time."""

    def __init__(
        self,
        address: BrokerAddress,
        serial: str,
        map_id: str,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._serial = serial
        self._map_id = map_id
        self._now = now
        self._headers = dict.fromkeys(("connection", "state", "visualization"), 0)
        self._told: tuple[Any, ...] = ()
        self._state_at = float("-inf")
        self._client = _client(address, serial)
        self._client.on_connect = self._connected
        will = vda5050.connection(serial, 0, now(), "CONNECTIONBROKEN")
        self._client.will_set(vda5050.topic(serial, "connection"), json.dumps(will), qos=1, retain=True)
        self._client.connect_async(address.host, address.port, KEEP_ALIVE)
        self._client.loop_start()

    def tell(self, status: RobotStatus) -> None:
        """Publish where a robot is, and its state when that has changed or was told a while ago."""
        if not self._client.is_connected():
            return
        place = vda5050.visualization(self._serial, self._next("visualization"), status, self._map_id)
        self._publish("visualization", place)
        told = (status.page, status.charging, status.emergency_stop, status.held, status.needs_help, status.devices)
        if told != self._told or time.monotonic() - self._state_at >= STATE_EVERY:
            self._told = told
            self._state_at = time.monotonic()
            self._publish("state", vda5050.state(self._serial, self._next("state"), status, self._map_id))

    def close(self) -> None:
        """Say that it leaves, and leave."""
        if self._client.is_connected():
            message = vda5050.connection(self._serial, self._next("connection"), self._now(), "OFFLINE")
            sent = self._client.publish(vda5050.topic(self._serial, "connection"), json.dumps(message), 1, True)
            sent.wait_for_publish(LEAVES_WITHIN)
        self._client.disconnect()
        self._client.loop_stop()

    def _connected(
        self, _client: Client, _data: object, _flags: ConnectFlags, reason: ReasonCode, _more: Properties | None
    ) -> None:
        if not reason.is_failure:
            self._told = ()  # the broker may have forgotten all
            message = vda5050.connection(self._serial, self._next("connection"), self._now(), "ONLINE")
            self._client.publish(vda5050.topic(self._serial, "connection"), json.dumps(message), 1, True)

    def _publish(self, kind: vda5050.Topic, message: dict[str, Any]) -> None:
        self._client.publish(vda5050.topic(self._serial, kind), json.dumps(message), qos=0)

    def _next(self, kind: vda5050.Topic) -> int:
        self._headers[kind] = self._headers[kind] + 1
        return self._headers[kind]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the broker says of one robot: `troubles` are what it lists as errors."""

    connection: str = "OFFLINE"
    charge: float | None = None  # per cent
    page: str = ""
    troubles: tuple[str, ...] = ()


class LiveStatus:
    """Listens to all robots; a message that is not in the standard's form is left out. Read from any thread."""

    def __init__(self, address: BrokerAddress) -> None:
        self._heard: dict[str, Heard] = {}
        self._lock = threading.Lock()
        self.is_connected = False
        self._client = _client(address, "")
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._disconnected
        self._client.on_message = self._came
        self._client.connect_async(address.host, address.port, KEEP_ALIVE)
        self._client.loop_start()

    def of(self, office: str) -> dict[str, Heard]:
        """The robots of an office by name."""
        begin = vda5050.serial_number(office, "")
        with self._lock:
            return {serial[len(begin) :]: heard for serial, heard in self._heard.items() if serial.startswith(begin)}

    def close(self) -> None:
        """Listen no more."""
        self._client.disconnect()
        self._client.loop_stop()

    def _connected(
        self, client: Client, _data: object, _flags: ConnectFlags, reason: ReasonCode, _more: Properties | None
    ) -> None:
        self.is_connected = not reason.is_failure
        client.subscribe([(vda5050.topic("+", "connection"), 1), (vda5050.topic("+", "state"), 0)])

    def _disconnected(
        self, _client: Client, _data: object, _flags: DisconnectFlags, _why: ReasonCode, _more: Properties | None
    ) -> None:
        self.is_connected = False
        with self._lock:  # nobody knows how they are now
            self._heard.clear()

    def _came(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        try:
            told = json.loads(message.payload)
            serial = str(told["serialNumber"])
            with self._lock:
                before = self._heard.get(serial, Heard())
                self._heard[serial] = _taken(before, message.topic.rpartition("/")[2], told)
        except (ValueError, KeyError, TypeError, AttributeError):
            return


def _taken(before: Heard, kind: str, told: dict[str, Any]) -> Heard:
    if kind == "connection":
        return Heard(str(told["connectionState"]), before.charge, before.page, before.troubles)
    page = next((str(each.get("infoDescription", "")) for each in told.get("information", ())), "")
    troubles = tuple(str(each["errorType"]) for each in told["errors"])
    return Heard(before.connection, float(told["batteryState"]["batteryCharge"]), page, troubles)


def _client(address: BrokerAddress, name: str) -> Client:
    client = Client(CallbackAPIVersion.VERSION2, client_id=name)
    if address.user:
        client.username_pw_set(address.user, address.password)
    if address.is_secure:
        client.tls_set()
    client.reconnect_delay_set(1, 30)
    return client
