from bot.graph.limits import limits


def test_sign_in_reports_have_published_budget() -> None:
    (budget,) = (one for one in limits().budget if one.path == "/auditLogs/signIns")
    assert (budget.calls, budget.seconds) == (5, 10.0)


def test_kept_answers_are_minutes_old_at_most() -> None:
    assert set(limits().kept) == {"service_health", "subscribed_skus"}
    assert all(0 < seconds <= 300 for seconds in limits().kept.values())


def test_breaker_comes_back_by_itself() -> None:
    breaker = limits().breaker
    assert 1 < breaker.failures < 10
    assert 0 < breaker.pause_s <= breaker.longest_s
