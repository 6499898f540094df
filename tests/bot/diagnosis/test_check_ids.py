"""Ids that lead nowhere are named with the file and table that holds them."""

from __future__ import annotations

import pytest

from bot.diagnosis.check import check
from tests.support.playbooks import (
    ACT,
    CAUSE,
    EXTRA,
    FACT,
    QUESTION,
    SOUND,
    built_in_data,
    faults,
    garbled,
    names,
)

EVIDENCE = '[[evidence]]\nfact = "dns"\ncause = "network.dns"\nrow = { fail = 0.5 }\nnumbers = "ours"\n'
SYMPTOM = (
    '[[symptom]]\nid = "hums"\ntitle = { fr = "Il ronfle", en = "It hums" }\nsource = "x"\nnumbers = "x"\n'
)
FORM = """
[[step]]
id = "ask.form"
who = "user"
minutes = 2
title = { fr = "Deux questions", en = "Two questions" }
why = { fr = "Ensemble, elles disent tout.", en = "Together they tell all." }
asks = ["ask.scope", "ask.moved_recently"]
source = "the test"
numbers = "assumption: a test"
"""
TOPIC = """
[[topic]]
id = "faq.lamp"
title = { fr = "Le voyant", en = "The lamp" }
answer = { fr = ["Il est rouge."], en = ["It is red."] }
phrases = { fr = ["pourquoi est-il rouge"], en = ["why is it red"] }
source = "the test"
"""


def test_sound_addition_has_no_problem() -> None:
    assert faults(SOUND + EVIDENCE + SYMPTOM + FORM + TOPIC) == []


@pytest.mark.parametrize(
    ("addition", "key", "reason"),
    [
        (CAUSE.replace('"act.lamp"', '"act.none"'), "cause:phone.lamp", "cures names act.none"),
        (CAUSE.replace(', { step = "escalate.helpdesk" }', ""), "cause:phone.lamp", "must hand the case on"),
        (CAUSE + 'also = { "act.none" = 0.5 }', "cause:phone.lamp", "also names act.none"),
        (CAUSE + "under = { sneeze = 2.0 }", "cause:phone.lamp", "under names sneeze"),
        (CAUSE.replace("p = 0.9", 'p = 0.9, when = { dns = ["odd"] }'), "cause:phone.lamp", "dns names odd"),
        (CAUSE.replace("p = 0.9", 'p = 0.9, when = { odd = ["ok"] }'), "cause:phone.lamp", "when names odd"),
        (FACT.replace('{ "phone.lamp" =', '{ "no.cause" ='), "fact:phone.lamp", "likely names no.cause"),
        (FACT.replace("{ red = 0.9 }", "{ blue = 0.9 }"), "fact:phone.lamp", "names blue"),
        (FACT + 'finer = "odd"', "fact:phone.lamp", "finer names odd"),
        (FACT.replace("values.red", "values.blue"), "fact:phone.lamp", "values names red"),
        (FACT.replace('id = "phone.lamp"', 'id = "dns"'), "fact:dns", "default names off"),
        (QUESTION.replace('reveals = ["phone.lamp"]', 'reveals = ["odd"]'), "step:ask.lamp", "reveals names odd"),
        (QUESTION + "choices.blue = { fr = 'Bleu', en = 'Blue' }", "step:ask.lamp", "choices names blue"),
        (QUESTION.replace('"choice"', '"text"'), "step:ask.lamp", "input and choices do not fit"),
        (QUESTION.replace('"choice"', '"text"'), "step:ask.lamp", "reads only phone.ip or phone.firmware"),
        (QUESTION.replace('"choice"', '"none"'), "step:ask.lamp", "asks nothing"),
        (ACT + 'brings = ["odd"]', "step:act.lamp", "brings names odd"),
        (ACT + 'against = [{ fact = "odd", values = ["ok"] }]', "step:act.lamp", "against names odd"),
        (ACT + 'against = [{ fact = "dns", values = ["odd"] }]', "step:act.lamp", "against.dns names odd"),
        (ACT + 'against = [{ fact = "dns", values = ["ok"], unless = ["act.none"] }]', "step:act.lamp", "names act.none"),
        (FORM.replace("ask.scope", "ask.none"), "step:ask.form", "asks names ask.none"),
        (FORM.replace("ask.scope", "act.fix_dns"), "step:ask.form", "asks act.fix_dns, which is no plain question"),
        (FORM.replace("ask.scope", "ask.switch_port"), "step:ask.form", "asks ask.switch_port, which is no plain"),
        (ACT + 'twin = "odd"', "step:act.lamp", "twin names odd"),
        (ACT + 'requires = ["act.none"]', "step:act.lamp", "names act.none"),
        (ACT + 'again_after = ["act.lamp"]', "step:act.lamp", "for ever"),
        (ACT + 'risk = "high"', "step:act.lamp", "requires nothing first"),
        (ACT + 'symptoms = ["sneeze"]', "step:act.lamp", "symptoms names sneeze"),
        (ACT + 'not_while = ["weather"]', "step:act.lamp", "not_while names weather"),
        (ACT + 'needs_any = [{ dns = ["odd"] }]', "step:act.lamp", "needs.dns names odd"),
        (FACT + ACT.replace('["red"]', '["blue"]'), "step:act.lamp", "names blue"),
        (ACT.replace("act.lamp", "dance.lamp"), "step:dance.lamp", "no known kind"),
        (SYMPTOM + "priors = { odd = 2.0 }", "symptom:hums", "priors names odd"),
        (SYMPTOM + 'implies = { dns = "odd" }', "symptom:hums", "implies.dns names odd"),
        (TOPIC + 'steps = ["act.none"]', "topic:faq.lamp", "steps names act.none"),
        (TOPIC.replace('["Il est rouge."]', "[]").replace('["It is red."]', "[]"), "topic:faq.lamp", "nothing"),
        (EVIDENCE.replace("network.dns", "no.cause"), "evidence:dns/no.cause", "cause names no.cause"),
        (EVIDENCE.replace("fail = 0.5", "odd = 0.5"), "evidence:dns/network.dns", "row names odd"),
        (EVIDENCE.replace('numbers = "ours"', ""), "evidence:dns/network.dns", "has no numbers"),
        ('[limits]\ncheck_order = ["verify.odd"]', "limits", "names verify.odd"),
        (CAUSE.replace("the test", ""), "cause:phone.lamp", "has no source"),
        (CAUSE.replace("assumption: a test", " "), "cause:phone.lamp", "has no numbers"),
        (FACT.replace("the test", ""), "fact:phone.lamp", "has no source"),
        (FACT.replace("assumption: a test", ""), "fact:phone.lamp", "has no numbers"),
        (ACT.replace("the test", ""), "step:act.lamp", "has no source"),
        (ACT.replace("assumption: a test", ""), "step:act.lamp", "has no numbers"),
        (SYMPTOM.replace('source = "x"', ""), "symptom:hums", "has no source"),
        (TOPIC.replace("the test", ""), "topic:faq.lamp", "has no source"),
    ],
)  # fmt: skip
def test_lost_id_is_named(addition: str, key: str, reason: str) -> None:
    assert names(addition, key, reason)


def test_confirmed_path_needs_its_source() -> None:
    path = '{ id = "time", path = { fr = "Heure", en = "Time" }, confirmed = true }'
    model = f'[[model]]\nid = "toy"\nname = "Toy"\nwords = ["toy"]\nsource = "x"\nmenu = [{path}]\n'
    assert names(model, "model:toy", "menu.time is confirmed, but has no source")
    assert names(model.replace('source = "x"', ""), "model:toy", "has no source")


def test_vocabulary_must_be_whole() -> None:
    data = built_in_data()["facts_measured.toml"]
    without = {**data, "fact": [fact for fact in data["fact"] if fact["id"] != "dns"]}
    found = [p for p in check(garbled("facts_measured.toml", without)) if p.key == "fact:dns"]
    assert "is in the vocabulary but not here" in {p.reason for p in found}


def test_missing_word_is_named() -> None:
    data = built_in_data()["limits.toml"]
    without = {**data, "words": {"unknown": data["words"]["unknown"]}}
    assert "words names inconclusive, which does not exist" in {
        p.reason for p in check(garbled("limits.toml", without))
    }


def test_extra_file_is_blamed_for_its_row() -> None:
    found = faults(EVIDENCE.replace("network.dns", "no.cause"))
    assert {p.file for p in found} == {EXTRA}
