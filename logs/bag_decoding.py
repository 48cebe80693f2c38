"""Messages of a bag, made of its bytes by the definition that it brings along or the type's usual one."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from robot.types import LetanError

Decoder = Callable[[bytes], object | None]  # None for bytes that are no such message


class Recorded(NamedTuple):
    """A message, None if it is broken; `stamp` (s) by the recorder's clock, `share` (0-1) of the bag read so far."""

    topic: str
    stamp: float
    share: float
    message: object | None


def decoder(msgtype: str, written: str, ros1: bool) -> Decoder:
    """A decoder of `msgtype` as `written` in the bag ("" when it says nothing); LetanError for an unknown type."""
    from rosbags.typesys import Stores, get_types_from_msg, get_typestore

    try:
        if written:
            store = get_typestore(Stores.EMPTY)
            store.register(get_types_from_msg(written, msgtype))
        else:
            store = get_typestore(Stores.ROS1_NOETIC if ros1 else Stores.LATEST)
        store.get_msgdef(msgtype)
    except Exception as error:  # the parser's own, and whatever a damaged definition breaks in it
        raise LetanError(f"the message type {msgtype} is not known and the bag does not define it") from error
    plain = store.deserialize_ros1 if ros1 else store.deserialize_cdr

    def decode(data: bytes) -> object | None:
        try:
            return plain(data, msgtype)
        except Exception:  # damaged bytes, whatever they break
            return None

    return decode
