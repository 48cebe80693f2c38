"""ROS 1 bags, ROS 2 bags (folders) and their lone sqlite3 files, read through the package rosbags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

from rosbags.interfaces import Connection, MessageDefinitionFormat
from rosbags.rosbag1 import Reader
from rosbags.rosbag2.reader import DirectoryReader
from rosbags.rosbag2.storage_sqlite3 import Sqlite3Reader

from logs.bag_decoding import Decoder, Recorded, decoder


class RosBag:
    """The messages of a bag of `kind` ros1, ros2 or sqlite3; types are named as in ROS 2."""

    def __init__(self, path: Path, kind: str) -> None:
        self._ros1 = kind == "ros1"
        self._reader: Reader | DirectoryReader | Sqlite3Reader
        if kind == "ros1":
            self._reader = Reader(path)
        else:
            self._reader = DirectoryReader(path) if kind == "ros2" else Sqlite3Reader(path)
        self._reader.open()
        times = self._reader if isinstance(self._reader, Reader) else self._reader.metadata
        self._start = times.start_time
        self._length = max(times.end_time - times.start_time, 1)
        told: Counter[tuple[str, str]] = Counter()
        for connection in self._reader.connections:
            told[connection.topic, connection.msgtype] += connection.msgcount
        self.topics = [(*of, count) for of, count in sorted(told.items())]

    def messages(self, names: Collection[str]) -> Iterator[Recorded]:
        wanted = [connection for connection in self._reader.connections if connection.topic in names]
        decoders: dict[str, Decoder] = {}
        # to rosbags no connections means all of them
        missing = sum(connection.msgcount for connection in wanted)
        for connection, stamp, data in self._reader.messages(wanted) if wanted else ():
            missing -= 1
            if connection.msgtype not in decoders:
                decoders[connection.msgtype] = self._decoder(connection)
            share = (stamp - self._start) / self._length
            yield Recorded(connection.topic, stamp * 1e-9, share, decoders[connection.msgtype](data))
        if missing > 0:  # rosbags passes over some kinds of damage in silence
            raise EOFError("fewer messages than the index says")

    def _decoder(self, connection: Connection) -> Decoder:
        definition = connection.msgdef
        written = definition.data if definition.format == MessageDefinitionFormat.MSG else ""
        return decoder(connection.msgtype, written, self._ros1)

    def close(self) -> None:
        """Close the bag."""
        self._reader.close()
