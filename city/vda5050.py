"""What a robot is doing, in the form of VDA 5050 (version 2.1.0): its connection, state and visualization."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Literal

from centre.robot_status import RobotStatus

INTERFACE = "uagv"
VERSION = "2.1.0"
MANUFACTURER = "letan"
Connection = Literal["ONLINE", "OFFLINE", "CONNECTIONBROKEN"]
Topic = Literal["connection", "state", "visualization"]


def serial_number(office: str, robot: str) -> str:
    """A robot's name in the whole city; the standard allows letters, digits and `_ . : -`."""
    return re.sub(r"[^A-Za-z0-9_.:-]", "_", f"{office}.{robot}")


def topic(serial: str, kind: Topic) -> str:
    """Where messages of a kind are published."""
    return f"{INTERFACE}/v2/{MANUFACTURER}/{serial}/{kind}"


def connection(serial: str, header: int, now: dt.datetime, state: Connection) -> dict[str, Any]:
    """Whether a robot can be reached; also the last will, which the broker publishes when the line is cut."""
    return {**_head(serial, header, now), "connectionState": state}


def visualization(serial: str, header: int, status: RobotStatus, map_id: str) -> dict[str, Any]:
    """Where a robot is and how it moves."""
    told = {**_head(serial, header, status.stamp), "velocity": _velocity(status)}
    return told | ({"agvPosition": _position(status, map_id)} if status.pose else {})


def state(serial: str, header: int, status: RobotStatus, map_id: str) -> dict[str, Any]:
    """All that is known of a robot. It drives by its own tree: there is no order, so no nodes and edges either."""
    told: dict[str, Any] = {
        **_head(serial, header, status.stamp),
        "orderId": "",
        "orderUpdateId": 0,
        "lastNodeId": "",
        "lastNodeSequenceId": 0,
        "nodeStates": [],
        "edgeStates": [],
        "actionStates": [],
        "driving": abs(status.linear) > 0.01 or abs(status.angular) > 0.01,
        "velocity": _velocity(status),
        "batteryState": {"batteryCharge": round(100 * status.battery, 1), "charging": status.charging},
        "operatingMode": "AUTOMATIC",
        "errors": _errors(status),
        "information": [{"infoType": "page", "infoDescription": status.page, "infoLevel": "INFO"}],
        "safetyState": {"eStop": "MANUAL" if status.emergency_stop else "NONE", "fieldViolation": bool(status.held)},
    }
    return told | ({"agvPosition": _position(status, map_id)} if status.pose else {})


def _head(serial: str, header: int, stamp: dt.datetime) -> dict[str, Any]:
    moment = stamp.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    head = {"headerId": header, "timestamp": moment, "version": VERSION}
    return {**head, "manufacturer": MANUFACTURER, "serialNumber": serial}


def _position(status: RobotStatus, map_id: str) -> dict[str, Any]:
    assert status.pose is not None
    x, y, theta = status.pose
    score = {"localizationScore": status.health, "positionInitialized": not status.is_unsure}
    return {"x": x, "y": y, "theta": theta, "mapId": map_id, **score}


def _velocity(status: RobotStatus) -> dict[str, float]:
    return {"vx": status.linear, "vy": 0.0, "omega": status.angular}


def _errors(status: RobotStatus) -> list[dict[str, str]]:
    """A device out of order is a warning: the robot goes on without it. What holds it for good is fatal."""
    found = [
        {"errorType": name, "errorDescription": trouble, "errorLevel": "WARNING"}
        for name, trouble in status.devices.items()
        if trouble
    ]
    if status.needs_help:
        found.append({"errorType": "standstill", "errorDescription": status.needs_help, "errorLevel": "FATAL"})
    return found
