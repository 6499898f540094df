"""What can never happen, or never be read, is named with its file and table."""

from __future__ import annotations

import pytest

from tests.support.playbooks import ACT, CAUSE, FACT, QUESTION, SOUND, faults, names

COMMAND = '\ncommands = [{ on = "cisco_ios", text = "show clock" }]\n'
TOPIC = """
[[topic]]
id = "faq.lamp"
title = { fr = "Le voyant", en = "The lamp" }
answer = { fr = ["Il est rouge."], en = ["It is red."] }
audience = []
source = "the test"
"""
MODEL = '[[model]]\nid = "{}"\nname = "Toy"\nwords = ["{}"]\nsource = "x"\n'


@pytest.mark.parametrize(
    ("addition", "key", "reason"),
    [
        (ACT, "step:act.lamp", "is used by no cause"),
        (QUESTION.replace("ask.lamp", "verify.lamp"), "step:verify.lamp", "is used by no cause"),
        (FACT.replace("likely =", "#") + QUESTION, "step:ask.lamp", "is used by no cause"),
        (SOUND.replace('who = "agent"', 'who = "bot"'), "step:act.lamp", "nobody can do it"),
        (SOUND.replace("ask.lamp", "probe.lamp"), "step:probe.lamp", "no such measurement"),
        (SOUND.replace("ask.lamp", "lookup.lamp"), "step:lookup.lamp", "no such measurement"),
        (SOUND.replace("act.lamp", "escalate.lamp"), "step:escalate.lamp", "hands over by"),
        (ACT.replace('"agent"', '"user"') + COMMAND + CAUSE, "step:act.lamp", "has no console"),
        (FACT + ACT + CAUSE, "step:act.lamp", "needs phone.lamp to be red, which no step can reveal"),
        (SOUND.replace("choices.red", "choices.unlit"), "step:act.lamp", "which no step can reveal"),
        (SOUND.replace('needs = { "phone.lamp" = ["red"] }', 'needs_any = [{ "phone.lamp" = ["odd"] }]'), "step:act.lamp", "can never hold"),
        (ACT + 'symptoms = ["no_power"]\nnot_symptoms = ["no_power"]', "step:act.lamp", "excluded under every symptom"),
        (ACT + 'symptoms = ["not_a_phone_problem"]', "step:act.lamp", "excluded under every symptom"),
        (ACT + 'symptoms = ["no_power"]\nrequires = ["ask.phone_ip"]', "step:act.lamp", "excluded under every"),
        (FACT, "fact:phone.lamp", "is revealed by no step"),
        (TOPIC, "topic:faq.lamp", "is listed for nobody"),
        ('[words]\nodd = { fr = "a", en = "b" }', "words:odd", "is used by nothing"),
        (MODEL.format("toy", "toy") + MODEL.format("two", "TOY").replace('"Toy"', '"Two"'), "model:two", "already means toy"),
        (MODEL.format("toy", "x") + 'menu = [{ id = "time", path = { fr = "A", en = "B" } }, { id = "time", path = { fr = "C", en = "D" }, since = "9.0.0.0" }]', "model:toy", "menu.time is never shown"),
    ],
)  # fmt: skip
def test_dead_end_is_named(addition: str, key: str, reason: str) -> None:
    assert names(addition, key, reason)


def test_own_fact_may_be_needed_unknown() -> None:
    optional = SOUND.replace('["red"]', '["off", "unknown"]')
    assert faults(optional) == []
