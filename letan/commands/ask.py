"""`letan ask`: what the robot would do with a sentence, by the same way as on the robot."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from centre.site import Site, load_site
from letan.commands.options import SITE, JsonOption, SiteOption
from letan.setup import site_folder
from reception.dialogue import respond
from reception.meaning import meaning
from reception.visits import Visit
from robot.types import Understanding


def ask(
    text: Annotated[str | None, typer.Argument(help="What somebody says; without it, one utterance a line.")] = None,
    site: SiteOption = SITE,
    as_json: JsonOption = False,
) -> None:
    """Show what the robot understands, and what it does when somebody has just come up to it.

    With --json each line has "text", "ranked" ([request, score] from the best), "accepted" (a request, or null when
    unsure) and "does". Its "kind" is "choices" (with "choices": one opens, several are asked back), "action" (with
    "action"), "answer" (with "answer", its id, and "words" by language) or "nothing"; "page" is the page that it shows
    then, "door" the door that it is about, or null.

    Example: letan ask "tôi muốn đăng ký khai sinh cho con"
    """
    from perception.requests import understand  # brings SciPy, which --help does not need

    place = load_site(site_folder(site))
    for line in [text] if text is not None else (raw.rstrip("\r\n") for raw in sys.stdin):
        heard = understand(line)
        typer.echo(_as_json(heard, place) if as_json else _in_words(heard, place))


def what_it_does(heard: Understanding, site: Site) -> dict[str, Any]:
    """What a sentence leads to when a newcomer says it, as `letan ask --json` tells it."""
    newcomer = Visit(0, 0.0, language=site.languages[0])
    after = respond(newcomer, heard, site)
    screen = {"page": after.page, "door": after.door or None}
    if after == newcomer:
        return {"kind": "nothing", **screen}
    meant = meaning(heard, site)
    if meant.action:
        return {"kind": "action", "action": meant.action, **screen}
    if meant.answer:
        return {"kind": "answer", "answer": meant.answer, "words": site.answer(meant.answer), **screen}
    return {"kind": "choices", "choices": list(meant.choices), **screen}


def _as_json(heard: Understanding, site: Site) -> str:
    fields = {
        "text": heard.text,
        "ranked": heard.ranked,
        "accepted": heard.accepted,
        "does": what_it_does(heard, site),
    }
    return json.dumps(fields, ensure_ascii=False)


def _in_words(heard: Understanding, site: Site) -> str:
    best = ", ".join(f"{name} {score:.2f}" for name, score in heard.ranked[:3]) or "nothing"
    does = what_it_does(heard, site)
    if does["kind"] == "answer":
        leads = f"“{does['words'][site.languages[0]]}”"
    else:
        leads = does.get("action") or " or ".join(does.get("choices", ["nothing"]))
    door = f", door {does['door']}" if does["door"] else ""
    return f"{heard.text}\n  {heard.accepted or 'unsure'} -> {leads} (page {does['page']}{door})\n  like: {best}"
