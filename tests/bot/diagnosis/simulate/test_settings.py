from __future__ import annotations

import pytest

from bot.diagnosis.simulate.settings import Finding, Guard, load_settings, with_targets
from bot.errors import ConfigurationError

RESET = Guard(
    step="act.factory_reset",
    after=("act.update_firmware",),
    against=(Finding(fact="dns", values=("fail",), unless=("act.fix_dns",)),),
)
LICENCE = Guard(
    step="act.assign_licence", needs=(Finding(fact="licence.teams", values=("missing",)),), once=True
)


def test_reset_before_update_breaks() -> None:
    assert RESET.broken({}, [])
    assert not RESET.broken({}, ["act.update_firmware"])


def test_standing_evidence_forbids_the_reset() -> None:
    assert RESET.broken({"dns": "fail"}, ["act.update_firmware"])
    assert not RESET.broken({"dns": "fail"}, ["act.update_firmware", "act.fix_dns"])


def test_licence_change_needs_its_evidence() -> None:
    assert LICENCE.broken({"licence.teams": "ok"}, [])
    assert not LICENCE.broken({"licence.teams": "missing"}, [])
    assert LICENCE.broken({"licence.teams": "missing"}, ["act.assign_licence"])


def test_targets_change_by_name() -> None:
    changed = with_targets(load_settings(), ["steps_ratio=0.9", "fixed=0.5"])
    assert changed.targets.most["steps_ratio"] == 0.9
    assert changed.targets.least["fixed"] == 0.5
    assert load_settings().targets.least["fixed"] == 0.97


@pytest.mark.parametrize("change", ["speed=1", "fixed", "fixed=much", ""])
def test_unknown_target_is_refused(change: str) -> None:
    with pytest.raises(ConfigurationError):
        with_targets(load_settings(), [change])
