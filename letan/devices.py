"""Opens the site's real devices; each that is missing becomes a null object that says why."""

from __future__ import annotations

from typing import NamedTuple

from centre.site import Site
from hmi.printer import open_printer
from hmi.voice.music import open_music
from hmi.voice.recogniser import open_ears
from hmi.voice.speaker import open_voice
from robot.ports import Ears, Music, Printer, Voice
from robot.types import Texts


class RealDevices(NamedTuple):
    """The edges with the world that make or hear sounds and paper."""

    voice: Voice
    ears: Ears
    music: Music
    printer: Printer

    def troubles(self) -> dict[str, str]:
        """What is wrong with each, "" when it works."""
        parts: dict[str, Voice | Ears | Music | Printer] = {
            "voice": self.voice,
            "ears": self.ears,
            "music": self.music,
            "printer": self.printer,
        }
        return {name: part.status() for name, part in parts.items()}

    def close(self) -> None:
        """Give all of them back."""
        for part in self:
            part.close()


def open_devices(site: Site, texts: Texts) -> RealDevices:
    """The devices that the site names; a relative Vosk model stands beside its files."""
    named = site.place.devices
    return RealDevices(
        voice=open_voice(named.voices),
        ears=open_ears(site.folder / named.vosk_model),
        music=open_music(),
        printer=open_printer(named.printer, texts),
    )
