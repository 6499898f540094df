"""The command line's entry refuses what does not exist before it starts anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.simulator.run import run_demo, run_simulator


def test_unknown_fault_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no fault"):
        run_demo(fault="network.nothing", locale="fr", out=tmp_path)
    with pytest.raises(ConfigurationError, match="no fault"):
        run_simulator(fault="network.nothing", env=tmp_path / "env", server="http://127.0.0.1:9")


def test_unknown_role_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no role"):
        run_demo(fault="network.dns", locale="fr", out=tmp_path, chat=True, role="manager")
