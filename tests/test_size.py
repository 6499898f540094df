"""Files and functions stay readable at a glance; the numbers are in pyproject.toml."""

from __future__ import annotations

from tests.support.house import ROOT, too_long, usual_length


def test_no_file_or_function_is_too_long() -> None:
    assert too_long(ROOT) == []


def test_functions_are_short_as_a_rule() -> None:
    assert usual_length(ROOT) == []
