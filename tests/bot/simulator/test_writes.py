from bot.simulator.writes import Writes


def test_only_what_changed_is_counted() -> None:
    writes = Writes()
    writes.note("app", "assign", "camille", "sku")
    writes.note("app", "assign", "camille", "sku", changed=False)
    writes.note("app", "assign", "sacha", "sku")
    writes.note("app", "enable", "camille")
    assert len(writes.of("assign")) == 2
    assert [write.detail for write in writes.of("assign", "camille")] == ["sku"]
    assert writes.made[0].at <= writes.made[-1].at
