"""`python -m letan` is the command `letan`."""

from letan.cli import main

main()
