"""Tests mirror the code: who changes `bot/x/y.py` finds what holds it in `tests/bot/x/test_y.py`."""

from __future__ import annotations

from tests.support.house import ROOT, files, homeless, untested

# Module: why it has no test file of its own.
UNTESTED: dict[str, str] = {}

# Test file: why it mirrors no single module.
WHOLE: dict[str, str] = {
    "tests/cards/test_accessible.py": "every card as a whole, as people hear and see it",
    "tests/cards/test_strict.py": "every card as a whole, against Microsoft's typed models",
    "tests/cards/test_golden.py": "every card as a whole, through all modules of cards",
    "tests/bot/diagnosis/test_messages.py": "the recogniser as a whole, against the golden messages",
    "tests/bot/diagnosis/test_paraphrases.py": "the recogniser as a whole, against our own paraphrases",
    "tests/bot/diagnosis/test_golden.py": "the engine as a whole, against the golden cases",
    "tests/bot/diagnosis/test_course.py": "the engine as a whole, along whole courses of a case",
    "tests/bot/diagnosis/test_guide.py": "the playbook's data, against the items of the guide",
    "tests/dialogs/test_scenarios.py": "the dialog as a whole, along the guide's scenarios",
}


def test_every_module_has_its_test() -> None:
    assert untested(ROOT, UNTESTED) == []


def test_every_test_mirrors_a_module() -> None:
    assert homeless(ROOT, WHOLE) == []


def test_every_exception_is_still_needed() -> None:
    assert set(UNTESTED) <= {line.partition(":")[0] for line in untested(ROOT, {})}
    assert set(WHOLE) <= {line.partition(":")[0] for line in homeless(ROOT, {})}


def test_test_folders_are_no_packages() -> None:
    assert [path for path in files(ROOT, "tests", suffix=".py") if path.name == "__init__.py"] == []


def test_support_modules_have_unique_names() -> None:
    names = [path.name for path in files(ROOT, "tests/support", suffix=".py")]
    assert len(names) == len(set(names))
