"""Sends alerts by mail or to a web address; what can't be sent now is sent later."""

from __future__ import annotations

import asyncio
import hashlib
import json
import smtplib
import ssl
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

from console.alerts import AlertWatch, LeadersAlert
from console.words import Words
from robot.types import LetanError

LOOKS = 10.0  # s between two looks
PATIENCE = 20.0  # s for a server of mail or web
LONGEST = 600.0  # s between two attempts where nothing gets through
SCHEMES = ("smtp", "smtps", "https", "http")
HINT = "write smtp://user@host:587?from=robot@example.org&to=leader@example.org, smtps://…, or https://host/path"


@dataclass(frozen=True, slots=True)
class PostAddress:
    """Where alerts go; `key` stands for it where its password must not."""

    url: str
    key: str


def post_address(url: str) -> PostAddress:
    """LetanError for what is no address of a mail server or a web page."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    mail = parse_qs(parts.query)
    is_mail = parts.scheme in ("smtp", "smtps")
    lacks = is_mail and not {"from", "to"} <= mail.keys()
    if parts.scheme not in SCHEMES or not parts.hostname or port == -1 or lacks:
        raise LetanError(f"`{parts.scheme}://{parts.hostname or ''}` is no address for alerts: {HINT}")
    return PostAddress(url, hashlib.sha256(url.encode()).hexdigest())


def send(address: PostAddress, subject: str, alert: LeadersAlert) -> None:
    """One alert to one address. OSError or smtplib.SMTPException when it did not go."""
    if urlsplit(address.url).scheme in ("smtp", "smtps"):
        _mail(address, subject, alert)
        return
    told = {"text": subject, "rule": alert.rule, "door": alert.door, "n": alert.n, "of": alert.of}
    told |= {"minutes": alert.minutes, "raised": alert.raised.astimezone().isoformat(), "id": alert.id}
    head = {"Content-Type": "application/json; charset=utf-8"}
    body = json.dumps(told, ensure_ascii=False).encode()
    with urllib.request.urlopen(urllib.request.Request(address.url, body, head), timeout=PATIENCE) as answer:
        answer.read(1024)


def _mail(address: PostAddress, subject: str, alert: LeadersAlert) -> None:
    parts = urlsplit(address.url)
    asked = parse_qs(parts.query)
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = asked["from"][0]
    message["To"] = ", ".join(asked["to"])
    message["Message-ID"] = f"<letan-{alert.id}-{alert.raised:%Y%m%d%H%M%S}@{parts.hostname}>"  # the same if repeated
    message.set_content(f"{subject}\n{alert.raised:%H:%M, %d/%m/%Y}\n")
    host, context = parts.hostname or "", ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(host, parts.port or 465, timeout=PATIENCE, context=context)
        if parts.scheme == "smtps"
        else smtplib.SMTP(host, parts.port or 587, timeout=PATIENCE)
    ) as server:
        if parts.scheme == "smtp":
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
            elif parts.username:
                raise smtplib.SMTPException("a password is not told to a server without TLS")
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


async def keep_alerting(watch: AlertWatch, addresses: Sequence[PostAddress], words: Words) -> None:
    """Look every ten seconds, and send; an address that is away waits longer and longer, the others don't."""
    for address in addresses:
        watch.book.begin(address.key)
    for_address = [asyncio.create_task(_keep_sending(watch, address, words)) for address in addresses]
    try:
        while True:
            with suppress(LetanError):  # a database that is locked is looked at the next time
                watch.look()
            await asyncio.sleep(LOOKS)
    finally:
        for task in for_address:
            task.cancel()


async def _keep_sending(watch: AlertWatch, address: PostAddress, words: Words) -> None:
    pause = LOOKS
    while True:
        for alert in watch.book.unsent(address.key):
            try:
                await asyncio.to_thread(send, address, alert_words(alert, words), alert)
            except (OSError, smtplib.SMTPException):
                pause = min(pause * 2, LONGEST)
                break
            watch.book.sent(alert.id, address.key)
            pause = LOOKS
        await asyncio.sleep(pause)


def alert_words(alert: LeadersAlert, words: Words) -> str:
    """An alert in a sentence."""
    door = words.door_name(alert.door) if alert.door in words.label.doors else words.door(alert.door)
    return words(f"alerts.{alert.rule}", door=door, n=alert.n, of=alert.of, minutes=alert.minutes)
