"""Whether the indices of the table of events lead to its rows: one that does not is built anew."""

from __future__ import annotations

from centre.sqlite_file import FAULTS, Row, SqliteFile

SAMPLE = 60  # rows at the end, and as many spread over all: a millisecond, where all of them would take seconds
_LEADS: dict[str, tuple[str, str]] = {  # by index: which rows it holds, and how one is found through it
    "by_day": ("1", "day = :day AND seq = :seq"),
    "by_visit": (":visit IS NOT NULL", "visit = :visit AND seq = :seq"),
    "one_number": (":kind = 'issued'", "kind = 'issued' AND day = :day AND door = :door AND count = :count"),
    "one_ticket_a_visit": (":kind = 'issued'", "kind = 'issued' AND visit = :visit"),
    "one_rating_a_visit": (":kind = 'rated'", "kind = 'rated' AND visit = :visit"),
}
_COLUMNS = ("seq", "day", "kind", "visit", "door", "count")
_ROWS = f"SELECT {', '.join(_COLUMNS)} FROM events NOT INDEXED WHERE "


def mend_indices(db: SqliteFile) -> bool:
    """Look some rows up through every index; True when one of them was not found, and all indices were built anew.

    LetanError when they can't be: then the rows themselves are not as they were written.
    """
    if all(_leads(db, row) for row in _sample(db)):
        return False
    with db.told("'s indices can't be built anew"):
        db.execute("REINDEX").fetchall()
    return True


def _sample(db: SqliteFile) -> list[Row]:
    last = db.row("SELECT seq FROM events ORDER BY seq DESC LIMIT 1")
    if last is None:
        return []
    most = int(str(last[0]))
    wanted = {most - i for i in range(SAMPLE)} | {1 + most * i // SAMPLE for i in range(SAMPLE)}
    rows = (db.row(_ROWS + "seq = ?", (seq,)) for seq in sorted(wanted))
    return [row for row in rows if row is not None]


def _leads(db: SqliteFile, row: Row) -> bool:
    named = dict(zip(_COLUMNS, row, strict=True))
    for index, (holds, found_by) in _LEADS.items():
        query = f"SELECT :seq IN (SELECT seq FROM events INDEXED BY {index} WHERE {found_by}) OR NOT ({holds})"
        try:
            if db.execute(query, named).fetchone() != (1,):
                return False
        except FAULTS:
            return False
    return True
