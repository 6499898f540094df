from bot.doctor.finding import Area, State


def test_findings_carry_their_area() -> None:
    area = Area("redis")
    assert (area.ok("a").area, area.ok("a").state) == ("redis", State.ok)
    assert area.warning("a", "b", "c").state is State.warning
    assert area.fails("a", "b", "c").todo == "c"
    assert area.off("a", "b").todo == ""
