"""`python -m letan` is the command `letan`."""

from letan.commands.main import main

main()
