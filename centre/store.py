"""What an office asks of the place where its events are: a file of this machine, or an office elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Literal, Protocol

from centre.fence import Mark
from centre.stored_event import Kind, StoredEvent
from robot.types import LetanError

Access = Literal["create", "write", "read"]  # "write" and "read" only open what is an office's database already


Write = Callable[[StoredEvent], StoredEvent]


class BusyError(LetanError):
    """Somebody else is writing: nothing happened, and it may be tried again."""


class LostEventsError(LetanError):
    """A database ends before its fence does, or is another one than the fence was made for."""

    def __init__(self, path: Path | str, last: int, mark: Mark) -> None:
        there = f"it ends at row {last}, and had {mark.seq}" if last < mark.seq else f"row {mark.seq} is another one"
        super().__init__(
            f"{path}: events are missing: {there}. Bring a copy back with `letan office restore`, "
            "or go on without them by `letan office accept-loss`"
        )


class Store(Protocol):
    """Where an office's events are: in a file of this machine, or at an office elsewhere."""

    broken_at: int | None
    began: int

    def writing(self) -> AbstractContextManager[Write]: ...

    def refresh(self) -> None: ...

    def reading(self, first: date, last: date, kinds: Container[Kind] | None = None) -> Iterator[StoredEvent]: ...

    def days(self) -> tuple[date, date] | None: ...

    def span(self, day: date) -> tuple[int, int] | None: ...

    def day_at(self, seq: int) -> str: ...

    def lost(self, first: date, last: date) -> int: ...

    def ends_of_days(self, first: date, last: date) -> dict[date, str]: ...

    def after(self, seq: int, most: int) -> tuple[StoredEvent, ...]: ...

    def of_visit(self, visit: int) -> tuple[StoredEvent, ...]: ...

    def of_appointments(self) -> tuple[StoredEvent, ...]: ...

    def is_rated(self, visit: int) -> bool: ...

    def robots(self) -> dict[str, int]: ...

    def last_visit(self, among: range) -> int | None: ...

    def back_up(self, to: Path) -> None: ...

    def verify(self) -> int: ...

    def close(self) -> None: ...
