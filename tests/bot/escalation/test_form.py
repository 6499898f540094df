"""The form as data."""

from __future__ import annotations

from bot.domain.fact import VOCABULARY
from bot.domain.site import Site
from bot.escalation.form import Form, form

KINDS = {"known", "value", "fact", "opened", "site", "probe", "made"}


def sources(of: Form) -> list[tuple[str, str]]:
    fields = [field for section in of.section for field in section.fields]
    return [(source.partition(":")[0], source.partition(":")[2]) for f in fields for source in f.sources]


def test_field_ids_are_unique() -> None:
    ids = [field.id for section in form().section for field in section.fields]
    assert len(ids) == len(set(ids)) > 40


def test_every_source_is_of_a_known_kind() -> None:
    assert {kind for kind, _ in sources(form())} == KINDS


def test_every_fact_is_of_the_vocabulary() -> None:
    wanted = {key for kind, key in sources(form()) if kind in {"fact", "value"}}
    assert wanted <= set(VOCABULARY)


def test_every_site_key_is_of_a_site() -> None:
    assert {key for kind, key in sources(form()) if kind == "site"} <= set(Site.__struct_fields__)


def test_conditions_use_values_of_the_vocabulary() -> None:
    asked = [question.when for question in form().question]
    asked += [field.when for section in form().section for field in section.fields]
    wanted = [item for when in asked if when is not None for item in when.facts.items()]
    assert wanted
    assert all(VOCABULARY[fact].accepts(value) for fact, values in wanted for value in values)


def test_severities_cover_every_scope() -> None:
    severity = form().severity
    assert set(severity.emergency) == set(severity.other) == set(VOCABULARY["scope"].values)
