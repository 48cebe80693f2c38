"""Reads a site's folder into one checked value; nothing else in the project reads `sites/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from centre.floor import Floor
from centre.robot_model import RobotModel
from robot.types import LetanError
from robot.yaml12 import AnyModel, read_yaml, validate


@dataclass(frozen=True, slots=True)
class Site:
    """One place where a robot works."""

    folder: Path
    floor: Floor
    robot: RobotModel


def load_site(folder: Path) -> Site:
    """The site in `folder`; a LetanError tells every problem of every file, one a line."""
    complaints: list[str] = []

    def part(name: str, model: type[AnyModel]) -> AnyModel | None:
        try:
            return validate(read_yaml(folder / name), model)
        except LetanError as error:
            complaints.append(str(error))
            return None

    floor = part("floor.yaml", Floor)
    robot = part("robot.yaml", RobotModel)
    if floor is None or robot is None:
        raise LetanError("\n".join(complaints))
    return Site(folder, floor, robot)
