"""Numbers that are none are named with the file and table that holds them."""

from __future__ import annotations

import pytest

from bot.diagnosis.check_numbers import is_weight
from tests.support.playbooks import ACT, CAUSE, FACT, names

SYMPTOM = '[[symptom]]\nid = "hums"\ntitle = { fr = "Il ronfle", en = "It hums" }\npriors = { "time.clock" = 0.0 }\n'
EVIDENCE = '[[evidence]]\nfact = "dns"\ncause = "time.clock"\nrow = { fail = 1.5 }\nnumbers = "ours"\n'
MODEL = '[[model]]\nid = "toy"\nname = "Toy"\nwords = ["toy"]\nsource = "x"\nbuckets."phone.firmware" = ["8.0.0.0", "9.0.0.0"]\n'
SIZES = 'buckets = { kind = "size", limits = [5.0], names = ["off", "red"] }'


@pytest.mark.parametrize(
    ("addition", "key", "reason"),
    [
        (CAUSE.replace("0.05", "0"), "cause:phone.lamp", "prior must be positive"),
        (CAUSE.replace("0.05", "nan"), "cause:phone.lamp", "prior must be positive"),
        (CAUSE.replace("p = 0.9", "p = 1.9"), "cause:phone.lamp", "cures.act.lamp.p must lie"),
        (CAUSE.replace("p = 0.9", "p = 0.0"), "cause:phone.lamp", "no step mends it"),
        (CAUSE.replace('{ step = "act.lamp", p = 0.9 }, ', ""), "cause:phone.lamp", "no step mends it"),
        (CAUSE + 'also = { "act.restart_phone" = -0.1 }', "cause:phone.lamp", "also.act.restart_phone must lie"),
        (FACT.replace("off = 0.9 }", "off = 0.8 }"), "fact:phone.lamp", "does not add up to 1"),
        (FACT.replace("default = { red = 0.1, off = 0.9 }", "default = {}"), "fact:phone.lamp", "add up"),
        (FACT.replace("red = 0.1, off = 0.9", "red = -0.1, off = 1.1"), "fact:phone.lamp", "add up"),
        (FACT.replace("{ red = 0.9 }", "{ red = 1.9 }"), "fact:phone.lamp", "no row of probabilities"),
        (FACT.replace("{ red = 0.9 }", "{ red = nan }"), "fact:phone.lamp", "no row of probabilities"),
        (FACT.replace("{ red = 0.9 }", "{ red = 0.4, off = 0.4 }"), "fact:phone.lamp", "together 1"),
        (FACT + SIZES.replace("5.0", "5.0, 4.0"), "fact:phone.lamp", "buckets do not fit"),
        (FACT + SIZES.replace("5.0", "inf"), "fact:phone.lamp", "not rising sizes"),
        (FACT + SIZES.replace("5.0", '"low"'), "fact:phone.lamp", "not rising sizes"),
        (FACT + SIZES.replace('"size"', '"version"'), "fact:phone.lamp", "not rising versions"),
        (EVIDENCE, "evidence:dns/time.clock", "row is no row of probabilities"),
        (ACT.replace("minutes = 5", "minutes = 0"), "step:act.lamp", "minutes must be positive"),
        (ACT.replace("minutes = 5", "minutes = -5"), "step:act.lamp", "must not be negative"),
        (ACT.replace("minutes = 5", "minutes = inf"), "step:act.lamp", "must not be negative"),
        (ACT + "min_p = 1.5", "step:act.lamp", "min_p must lie"),
        (SYMPTOM, "symptom:hums", "priors must be positive"),
        (MODEL.replace('"8.0.0.0", ', '"9.1.0.0", '), "model:toy", "not rising versions"),
        (MODEL.replace('"8.0.0.0", ', ""), "model:toy", "needs 2 limits"),
        (MODEL.replace('"9.0.0.0"', '"nine"'), "model:toy", "not rising versions"),
        (MODEL.replace("phone.firmware", "dns"), "model:toy", "buckets.dns is no fact with buckets"),
        (MODEL + 'menu = [{ id = "time", path = { fr = "A", en = "B" }, since = "nine" }]', "model:toy", "no version"),
        (CAUSE + "under = { no_power = 0.0 }", "cause:phone.lamp", "under must be positive"),
        ("[limits]\nverdict = 1.8", "limits.verdict", "between 0.5 and 1"),
        ("[limits]\nother_prior = 0.0", "limits.other_prior", "must be positive"),
        ("[limits]\ntelling = 1.0", "limits.telling", "above 1"),
        ("[limits]\nby_chance = 1.0", "limits.by_chance", "below 1"),
        ("[limits]\nin_vain = 1.5", "limits.in_vain", "at most 1"),
    ],
)  # fmt: skip
def test_impossible_number_is_named(addition: str, key: str, reason: str) -> None:
    assert names(addition, key, reason)


@pytest.mark.parametrize(
    ("number", "fine"), [(0.1, True), (0.0, False), (float("inf"), False), (float("nan"), False)]
)
def test_weight_is_finite_and_positive(number: float, fine: bool) -> None:
    assert is_weight(number) is fine
