"""All leaves: importing this package registers them with the vocabulary."""

from behaviours.leaves import calls, drinks, drive, guide, rating, screen, staff, stay, talk, ticket

__all__ = ["calls", "drinks", "drive", "guide", "rating", "screen", "staff", "stay", "talk", "ticket"]
