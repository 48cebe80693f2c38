"""Opens recordings of ROS by their content; the packages that read them are imported only when needed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from logs.bag_decoding import Recorded
from robot.types import LetanError

MAGIC = {b"#ROSBAG V": "ros1", b"\x89MCAP0\r\n": "mcap", b"SQLite format 3\0": "sqlite3"}

SUFFIXES = (".bag", ".mcap", ".db3")


class BagFile(Protocol):
    """An open bag: its topics with type and count of messages, and the messages of some of them by recorded time."""

    topics: list[tuple[str, str, int]]

    def messages(self, names: Collection[str]) -> Iterator[Recorded]: ...

    def close(self) -> None: ...


def bag_kind(path: Path) -> str:
    """Which kind of bag stands at `path`: ros1, ros2 (a folder), sqlite3, mcap, or "" for what is none.

    LetanError when it cannot be read, or is no bag though its name says so.
    """
    if path.is_dir():
        if (path / "metadata.yaml").is_file():
            return "ros2"
        raise LetanError(f"{path}: is a folder without the metadata.yaml of a ROS 2 bag; name a file in it instead")
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise LetanError(f"{path}: cannot be read: {error.strerror or error}") from error
    kind = next((kind for magic, kind in MAGIC.items() if head.startswith(magic)), "")
    if head.startswith(b"PK\x03\x04"):
        raise LetanError(f"{path}: is a zip archive; unpack it and name what was in it")
    if not kind and path.suffix in SUFFIXES:
        raise LetanError(f"{path}: does not begin like a bag: it is empty, damaged or something else")
    return kind


@contextmanager
def open_bag(path: Path, kind: str) -> Iterator[BagFile]:
    """The bag while the context lasts; LetanError for one that cannot be opened or whose packages are missing."""
    try:
        bag = _open(path, kind)
    except ImportError as error:
        raise LetanError(f"{path}: to read it, install what reads bags: pip install 'letan[bags]' ({error})") from error
    except OSError as error:
        raise LetanError(f"{path}: cannot be read: {error.strerror or error}") from error
    except Exception as error:  # what a parser makes of damaged bytes is not to be foreseen
        words = (str(error) or type(error).__name__).rstrip(".").splitlines()[0]
        advice = "; `rosbag reindex` may help" if kind == "ros1" else ""
        raise LetanError(f"{path}: the bag is cut off or damaged: {words}{advice}") from error
    try:
        yield bag
    finally:
        bag.close()


def _open(path: Path, kind: str) -> BagFile:
    if kind == "mcap":
        from logs.mcap_file import McapFile

        return McapFile(path)
    from logs.ros_bag import RosBag

    return RosBag(path, kind)
