"""The command `letan`: one file a group of commands."""
