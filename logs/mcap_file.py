"""A lone MCAP file with ROS messages of either age, whoever wrote it, read through the package mcap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

from mcap.reader import NonSeekingReader, SeekingReader, make_reader
from mcap.records import Channel, Message, Schema

from logs.bag_decoding import Decoder, Recorded, decoder

ENCODINGS = ("cdr", "ros1")  # of messages that can be read


class McapFile:
    """The messages of a file; one that is cut off, and so without an index, gives what it holds."""

    def __init__(self, path: Path) -> None:
        self._size = max(path.stat().st_size, 1)
        self._file = path.open("rb")
        self._indexed = False
        self.topics: list[tuple[str, str, int]] = []
        try:
            summary = make_reader(self._file).get_summary()
        except Exception:  # a file that is cut off has no summary at its end, and a damaged one may break anything
            summary = None
        if summary is not None and summary.statistics is not None and summary.channels:
            self._indexed = True
            self._list(summary.channels, summary.schemas, summary.statistics.channel_message_counts)
        else:
            self._list(*self._read_through())

    def _list(self, channels: dict[int, Channel], schemas: dict[int, Schema], counts: dict[int, int]) -> None:
        told: Counter[tuple[str, str]] = Counter()
        for channel in channels.values():
            told[channel.topic, _type_of(schemas.get(channel.schema_id), channel)] += counts.get(channel.id, 0)
        self.topics = [(*of, count) for of, count in sorted(told.items())]

    def _read_through(self) -> tuple[dict[int, Channel], dict[int, Schema], dict[int, int]]:
        """What a file without an index holds, as far as it can be read."""
        channels: dict[int, Channel] = {}
        schemas: dict[int, Schema] = {}
        counts: Counter[int] = Counter()
        try:
            for schema, channel, _ in self._raw(None):
                channels[channel.id] = channel
                counts[channel.id] += 1
                if schema is not None:
                    schemas[schema.id] = schema
        except Exception:  # where it is cut off or damaged, whatever that breaks in the parser
            return channels, schemas, counts
        return channels, schemas, counts

    def _raw(self, names: Collection[str] | None) -> Iterator[tuple[Schema | None, Channel, Message]]:
        self._file.seek(0)
        reader = SeekingReader(self._file) if self._indexed else NonSeekingReader(self._file)
        # without an index all would have to be read before the first message could be put in order
        return reader.iter_messages(names, log_time_order=self._indexed)

    def messages(self, names: Collection[str]) -> Iterator[Recorded]:
        decoders: dict[int, Decoder] = {}
        missing = sum(count for name, _, count in self.topics if name in names)
        for schema, channel, message in self._raw(names):
            missing -= 1
            if channel.id not in decoders:
                written = ""
                if schema is not None and schema.encoding in ("ros1msg", "ros2msg"):
                    written = schema.data.decode("utf-8", "replace")
                ros1 = channel.message_encoding == "ros1"
                decoders[channel.id] = decoder(_type_of(schema, channel), written, ros1)
            share = self._file.tell() / self._size
            yield Recorded(channel.topic, message.log_time * 1e-9, share, decoders[channel.id](message.data))
        if missing > 0:
            raise EOFError("fewer messages than the index says")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _type_of(schema: Schema | None, channel: Channel) -> str:
    if schema is None or channel.message_encoding not in ENCODINGS:
        return f"{schema.name if schema else 'unknown'} ({channel.message_encoding or 'no encoding'})"
    return schema.name if "/msg/" in schema.name else schema.name.replace("/", "/msg/")  # ROS 1 leaves it out
