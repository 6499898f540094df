"""`python -m bot`: the same as `decroche`."""

from bot.cli import main

main()
