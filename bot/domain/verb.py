"""What a button means: the one list that cards draw from and dialogs answer."""

from __future__ import annotations

from enum import StrEnum


class Verb(StrEnum):
    """Every button's meaning; the same word as Action.Execute verb and in Action.Submit data."""

    start = "start"
    answer = "answer"
    fixed = "fixed"
    not_fixed = "not_fixed"
    cannot = "cannot"
    person = "person"
    status = "status"
    help = "help"
    cancel = "cancel"
    restart = "restart"
    claim = "claim"
    resolve = "resolve"
    escalate = "escalate"
    topics = "topics"
    topic = "topic"
    propose = "propose"
    approve = "approve"
    decline = "decline"
    undo = "undo"
    detail = "detail"
    history = "history"
    past = "past"
    reopen = "reopen"
    language = "language"
    assign = "assign"
    priority = "priority"
    ask = "ask"
    check = "check"
    finding = "finding"
    queue = "queue"
    show_case = "show_case"
