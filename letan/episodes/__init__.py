"""Episodes: navigation alone, without the office: from one place to another among people, again and again."""

from enum import StrEnum


class Protection(StrEnum):
    """What may be taken out, to see what it is worth."""

    SAFETY = "safety"
    PEOPLE = "people"  # the controller knows of nobody that the tracker sees
    ASKING = "asking"
