"""The office's process: owns the database, and serves console, citizens' pages and interface on one port."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from centre.office import Office
from centre.owner import Owner, owning
from centre.texts import load_console_texts
from hmi.theme import load_theme
from letan.setup import site_folder
from letan.stopping import Stopped
from robot.clock import RealClock
from robot.types import LetanError

try:
    import pyotp

    from console.accounts import Accounts, Role
    from console.alert_post import keep_alerting, post_address
    from console.alerts import AlertBook, AlertWatch
    from console.app import ConsoleLook, make_app, make_parts
    from console.kept_figures import KeptFigures
    from console.live import Live
    from console.serving import Tls, bound, serve
    from console.statistics import Statistics
    from console.words import Words
except ModuleNotFoundError as error:  # the robot does without
    raise LetanError(f"`letan office` needs the package {error.name}: install letan[office]") from error

from centre.site import load_site

ANY = ("0.0.0.0", "::", "")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the office listens (`port` 0 is any that is free), and the host names that it answers to besides."""

    host: str
    port: int
    names: tuple[str, ...] = ()
    tls: Tls | None = None

    @property
    def known_as(self) -> frozenset[str]:
        """The names that a Host header may have."""
        return frozenset(name.lower() for name in (*self.names, self.host) if name not in ANY)

    def url(self, port: int) -> str:
        """As a program on this machine reaches it, with the port that was given."""
        own = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        scheme = "https" if self.tls else "http"
        return f"{scheme}://[{own}]:{port}" if ":" in own else f"{scheme}://{own}:{port}"


def tls_of(certificate: Path | None, key: Path | None) -> Tls | None:
    """TLS where both files are named, none where neither is."""
    if (certificate is None) != (key is None):
        raise LetanError("TLS needs both --certificate and --key")
    return Tls(certificate, key) if certificate and key else None


def accounts_path(database: Path) -> Path:
    """Where the accounts and keys of a database's console stand."""
    return database.with_name(database.name + ".access")


def serve_office(
    site_name: str,
    database: Path,
    address: Address,
    token: str,
    say: Callable[[str], None],
    alert_addresses: tuple[str, ...] = (),
) -> None:
    """Until a signal, which is raised again as `Stopped`; `say` gets the one line `ready http://…`."""
    site = load_site(site_folder(site_name))
    alerts = [post_address(each) for each in alert_addresses]
    if address.tls:
        address.tls.check()
    look = ConsoleLook(load_console_texts(site.languages), dict(load_theme().palette))
    database.parent.mkdir(parents=True, exist_ok=True)
    listening = bound(address.host, address.port)
    with owning(database) as ownership:
        live = Live()
        office = Office(site, RealClock(), database, live.happened)
        book = AlertBook(database.with_name(database.name + ".alerts"))
        watch = AlertWatch(office, book)
        live.hearers.append(watch.happened)
        accounts = Accounts(accounts_path(database))
        kept = KeptFigures(database.with_name(database.name + ".figures"))
        statistics = Statistics(partial(Office, site, RealClock(), database, access="read"), kept)
        try:
            parts = make_parts(office, accounts, live, statistics, look, book, token)
            app = make_app(parts, address.known_as)
            url = address.url(listening.getsockname()[1])

            def ready() -> None:
                certificate = str(address.tls.certificate.resolve()) if address.tls else ""
                ownership.tell(Owner(os.getpid(), url, token, certificate))
                say(f"ready {url}")

            words = Words(look.texts, parts.label, site.languages[0])
            beside = keep_alerting(watch, alerts, words)
            serve(app, live, listening, ready, address.tls, beside)
        except Stopped as stopped:
            raise Stopped(stopped.number, "the office is closed, everything acknowledged is stored") from None
        finally:
            statistics.close()
            office.close()
            accounts.close()
            kept.close()
            book.close()
            listening.close()


def set_account(file: Path, name: str, role: Role, password: str) -> list[str]:
    """An account with a password; what to tell of it, for an admin the address of the second factor."""
    accounts = Accounts(file)
    try:
        made = accounts.add(name, role, password)
    finally:
        accounts.close()
    told = [f"{name} is {role} now"]
    if made.totp:
        told.append(pyotp.TOTP(made.totp).provisioning_uri(name=name, issuer_name="Letan"))
    return told
