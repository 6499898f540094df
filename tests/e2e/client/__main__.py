"""`make playground`: the bot in Microsoft 365 Agents Playground, for somebody to click through."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
from contextlib import suppress
from typing import Final

from bot.simulator.faults import all_faults
from tests.support.house import ROOT
from tests.support.playground import Playground, playground

FOLDER: Final = ROOT / "out/playground"
_READY: Final = """
Open {url} in a browser.
  Personal Chat: you are the employee. Write « Bonjour, mon téléphone affiche No internet ».
  Helpdesk, General: you are the helpdesk. Nobody repairs the simulated site for you: do it before « Réparé ».
Enter repairs the site. Ctrl-C stops everything. What the parts say lies in {folder}.
"""


def _serve(running: Playground) -> None:
    sys.stdout.write(_READY.format(url=running.url, folder=FOLDER))
    sys.stdout.flush()
    for _ in sys.stdin:
        running.mend()
        sys.stdout.write("Repaired.\n")
        sys.stdout.flush()
    running.world.process.wait()


def main() -> None:
    """Runs until stopped; the fault is one of those of `decroche demo`."""
    parser = argparse.ArgumentParser(prog="make playground")
    parser.add_argument("--fault", default="network.dns", choices=sorted(all_faults()), metavar="FAULT")
    fault = parser.parse_args().fault
    shutil.rmtree(FOLDER, ignore_errors=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt), playground(fault, FOLDER, bot_port=3978, client_port=56150) as running:
        _serve(running)


if __name__ == "__main__":
    main()
