"""Who may do what at the console: counters' computers, accounts, failed logins and the audit log, in their own file."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import argon2
import pyotp

from robot.types import LetanError

Role = Literal["counter", "leader", "admin", "program"]
_SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS accounts (name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT NOT NULL,
    totp TEXT NOT NULL, used INTEGER NOT NULL DEFAULT 0, since INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS devices (id TEXT PRIMARY KEY, counter TEXT NOT NULL, enrolled REAL NOT NULL);
CREATE TABLE IF NOT EXISTS invitations (hash TEXT PRIMARY KEY, counter TEXT NOT NULL, until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS failures (who TEXT PRIMARY KEY, count INTEGER NOT NULL, stamp REAL NOT NULL);
CREATE TABLE IF NOT EXISTS audit (id INTEGER PRIMARY KEY, stamp REAL NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL);
"""
INVITED = 600.0  # s that an invitation holds
FREE = 4  # failed logins before one has to wait
LONGEST = 900.0  # s that one waits at most
LEAST_PASSWORD = 10
TOTP_STEP = 30


@dataclass(frozen=True, slots=True)
class Account:
    """A person who logs in; `totp` is the secret of their second factor, "" when they have none."""

    name: str
    role: Role
    totp: str


class TooManyFailures(LetanError):
    """Somebody has to wait before the next attempt; `seconds` says how long."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"too many failed attempts: wait {max(round(seconds), 1)} s")


class Accounts:
    """Lives in the thread of its owner; the clock is the machine's, since waiting must outlive a restart."""

    def __init__(
        self,
        path: Path | str,
        clock: Callable[[], float] = time.time,
        hasher: argon2.PasswordHasher | None = None,
    ) -> None:
        self._clock = clock
        self._hasher = hasher or argon2.PasswordHasher()
        if str(path) != ":memory:" and not Path(path).exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))  # it holds the keys
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise LetanError(f"{path}: the accounts of the console can't be read: {error}") from error
        self._one_login = threading.Lock()

    @cached_property
    def _nobody(self) -> str:
        """What an unknown name's password is compared with, so that it takes as long."""
        return self._hasher.hash("nobody's password")

    def key(self, name: str) -> bytes:
        """A random key that stays the same, such as the one that signs cookies."""
        self._db.execute("INSERT OR IGNORE INTO keys VALUES (?, ?)", (name, secrets.token_bytes(32)))
        return bytes(self._db.execute("SELECT value FROM keys WHERE name = ?", (name,)).fetchone()[0])

    def add(self, name: str, role: Role, password: str) -> Account:
        """A new account, or a new password for one; an admin gets the secret of a second factor."""
        if role not in ("leader", "admin"):
            raise LetanError(f"an account is a leader's or an admin's, not `{role}`")
        if not name.strip() or len(name) > 60 or not name.isprintable():
            raise LetanError("an account needs a name of at most 60 printable letters")
        if len(password) < LEAST_PASSWORD:
            raise LetanError(f"a password has at least {LEAST_PASSWORD} letters")
        totp = pyotp.random_base32() if role == "admin" else ""
        row = (name, role, self._hasher.hash(password), totp, 0, int(self._clock()))
        self._db.execute("INSERT OR REPLACE INTO accounts VALUES (?,?,?,?,?,?)", row)
        self.note("console", f"account {name} ({role}) set")
        return Account(name, role, totp)

    def account(self, name: str) -> Account | None:
        """The account of a name."""
        row = self._db.execute("SELECT name, role, totp FROM accounts WHERE name = ?", (name,)).fetchone()
        return Account(*row) if row else None

    def login(self, name: str, password: str, code: str, where: str) -> Account | None:
        """The account when name, password and code fit; TooManyFailures while this name or address has to wait.

        One attempt at a time: many at once would all be let through before the first has failed.
        """
        with self._one_login:
            return self._login(name, password, code, where)

    def _login(self, name: str, password: str, code: str, where: str) -> Account | None:
        for who in (f"name {name}", f"from {where}"):
            if (rest := self._must_wait(who)) > 0:
                raise TooManyFailures(rest)
        row = self._db.execute("SELECT password, used FROM accounts WHERE name = ?", (name,)).fetchone()
        found = self.account(name)
        fits = self._fits(row[0] if row else self._nobody, password) and found is not None
        step = _totp_step(found.totp, code, self._clock()) if fits and found is not None and found.totp else None
        if found is None or not fits or (found.totp and (step is None or step <= row[1])):
            for who in (f"name {name}", f"from {where}"):
                self._fail(who)
            self.note(name, f"failed to log in from {where}")
            return None
        if step is not None:
            self._db.execute("UPDATE accounts SET used = ? WHERE name = ?", (step, name))
        self._db.execute("DELETE FROM failures WHERE who IN (?, ?)", (f"name {name}", f"from {where}"))
        self.note(name, f"logged in from {where}")
        return found

    def invite(self, counter: str) -> str:
        """A word that enrols one computer as a counter's, once, within ten minutes."""
        word = secrets.token_urlsafe(24)
        self._db.execute("INSERT INTO invitations VALUES (?,?,?)", (_hash(word), counter, self._clock() + INVITED))
        return word

    def invited(self, word: str) -> str | None:
        """The counter that an invitation is for; None when the word is not known, used up or too old."""
        row = self._db.execute("SELECT counter, until FROM invitations WHERE hash = ?", (_hash(word),)).fetchone()
        return None if row is None or row[1] < self._clock() else str(row[0])

    def enrol(self, word: str) -> str | None:
        """Use an invitation up: the new device's id, None when it does not hold."""
        counter = self.invited(word)
        if counter is None:
            return None
        self._db.execute("DELETE FROM invitations WHERE hash = ?", (_hash(word),))
        device = secrets.token_urlsafe(16)
        self._db.execute("INSERT INTO devices VALUES (?,?,?)", (device, counter, self._clock()))
        self.note(counter, "a computer was enrolled")
        return device

    def enrolled(self) -> dict[str, int]:
        """How many computers each counter has."""
        rows = self._db.execute("SELECT counter, count(*) FROM devices GROUP BY counter ORDER BY counter")
        return {str(counter): int(count) for counter, count in rows}

    def counter_of(self, device: str) -> str | None:
        """The counter that a computer belongs to, None when it is not (or no longer) enrolled."""
        row = self._db.execute("SELECT counter FROM devices WHERE id = ?", (device,)).fetchone()
        return str(row[0]) if row else None

    def dismiss(self, counter: str) -> int:
        """The computers of a counter are its no longer; how many."""
        gone = self._db.execute("DELETE FROM devices WHERE counter = ?", (counter,)).rowcount
        self.note(counter, f"{gone} computers were dismissed")
        return gone

    def note(self, who: str, what: str) -> None:
        """A line of the audit log."""
        self._db.execute("INSERT INTO audit (stamp, who, what) VALUES (?,?,?)", (self._clock(), who, what))

    def audit(self, most: int = 200) -> list[tuple[float, str, str]]:
        """The newest lines: Unix time, who, what."""
        rows = self._db.execute("SELECT stamp, who, what FROM audit ORDER BY id DESC LIMIT ?", (most,))
        return [(float(stamp), str(who), str(what)) for stamp, who, what in rows]

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _fits(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except argon2.exceptions.VerificationError:
            return False

    def _must_wait(self, who: str) -> float:
        """Twice as long at each failure after the first few; a clock set back makes nobody wait longer."""
        row = self._db.execute("SELECT count, stamp FROM failures WHERE who = ?", (who,)).fetchone()
        if row is None or row[0] < FREE:
            return 0.0
        wait = min(LONGEST, 2.0 ** min(row[0] - FREE + 1, 20))
        return float(min(row[1] + wait - self._clock(), wait))

    def _fail(self, who: str) -> None:
        self._db.execute(
            "INSERT INTO failures VALUES (?, 1, ?) ON CONFLICT (who) DO UPDATE SET count = count + 1, stamp = ?",
            (who, self._clock(), self._clock()),
        )


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def _totp_step(secret: str, code: str, now: float) -> int | None:
    """The time step (RFC 6238) that a code belongs to, one before and after allowed; None for a wrong one."""
    totp = pyotp.TOTP(secret, interval=TOTP_STEP)
    current = int(now) // TOTP_STEP
    steps = (step for step in (current, current - 1, current + 1) if hmac.compare_digest(totp.generate_otp(step), code))
    return next(steps, None)
