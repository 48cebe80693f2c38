"""`letan trees new`: a tree to begin with, which checks clean and explains itself."""

from __future__ import annotations

from pathlib import Path

from letan.files import write_whole
from robot.types import LetanError

TEMPLATE = """\
# A new tree. Check it with `letan trees check {path}`; look at it with `letan trees show {path}`.
# Every word stands in docs/tree_reference.md.
tree: {name}
about: Comes to the reception, says where it is, and rests.

# What another tree may give: `- tree: {{name: {name}, with: {{rest: 1 min}}}}`
parameters:
  rest: {{type: time, default: 30 s, about: how long it rests}}

# What this tree remembers, each with its first value.
let:
  rounds: 0

root:
  sequence:                       # one after the other
    - go_to: {{place: {place}, speed: 0.5 m/s}}
    - tell: {text}       # a key of the site's texts
    - set: rounds = rounds + 1
    - wait: $rest
      until: person.came_up       # not while somebody waits
    - always_succeed:             # this must not stop the rest
        next_waypoint:
        when: rounds multiple of 3   # after every third round
"""


def start(name: str, folder: Path) -> Path:
    """Write the file; LetanError when the name is none, or is taken."""
    if not name.isidentifier():
        raise LetanError(f"`{name}` can't be a tree's name: use letters, digits and `_`")
    path = folder / f"{name}.yaml"
    if path.exists():
        raise LetanError(f"{path} is there already: choose another name")
    write_whole(path, TEMPLATE.format(name=name, path=path, place="reception", text="speech.here"))
    return path
