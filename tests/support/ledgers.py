"""Any ledger that can be stored, for properties that must hold whatever people and runners write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.domain.case import Case
from bot.domain.fact import UNKNOWN, VOCABULARY, Source
from bot.domain.people import Person
from bot.domain.probe import Failure, Where
from tests.support.cases import CaseBuilder

_TEXT = st.text(max_size=30) | st.sampled_from(
    ["lyon", "safety", "act.restart_phone", "ask.scope", "# titre", "| a | b |", "[x](http://x)", "a\nb"]
)
_FACT = st.sampled_from(sorted(VOCABULARY)) | _TEXT
_VALUE = (
    st.sampled_from([UNKNOWN, "ok", "yes", "no", "registration_blocked", "outage"])
    | _TEXT
    | st.integers(-9_999, 9_999)
    | st.floats(allow_nan=False, allow_infinity=False)
)
_TOPIC = st.sampled_from(["account", "phone", "site", "runner", "autre"])
_KEY = st.sampled_from(["id", "time_zone", "upn", "mac", "model", "serial", "x"])
_DETAILS = st.dictionaries(
    st.sampled_from(["addresses", "address", "mapped_address", "rcode"]), _TEXT | st.lists(_TEXT, max_size=2)
)
_NUMBERS = st.lists(st.integers(-2, 40), max_size=3)
_PERSON = st.builds(
    Person, id=_TEXT, name=_TEXT, aad=st.none() | _TEXT, upn=st.none() | _TEXT | st.just("a@contoso.fr")
)
_OUTCOME = st.sampled_from(["answered", "fixed", "not_fixed", "cannot", "refused"])


def _steps(builder: CaseBuilder) -> st.SearchStrategy[CaseBuilder]:
    return st.one_of(
        st.builds(builder.said, _TEXT),
        st.builds(builder.symptom, _TEXT | st.just("cannot_call")),
        st.builds(builder.told, _TEXT),
        st.builds(lambda topic, data: builder.known(topic, "user", **data), _TOPIC, _DATA),
        st.builds(builder.fact, _FACT, _VALUE, st.sampled_from(Source), by=_TEXT),
        st.builds(builder.not_checked, _FACT, _TEXT),
        st.builds(lambda step, out, note: builder.stepped(step, out, note=note), _TEXT, _OUTCOME, _TEXT),
        st.builds(
            lambda prober, host, failure, where, details: builder.probed(
                prober, host, 443, failure, at=where, **details
            ),
            _TEXT, _TEXT, st.none() | st.sampled_from(Failure), st.none() | st.sampled_from(Where), _DETAILS,
        ),
        st.builds(lambda v, p, n: builder.judged(v, p, *n, against=tuple(n)), _TEXT, st.floats(0, 1), _NUMBERS),
        st.builds(builder.attached, _TEXT, size=st.integers(0, 10**12)),
        st.builds(lambda minutes: builder.later(timedelta(minutes=minutes)), st.integers(0, 9_999)),
    )  # fmt: skip


_DATA = st.dictionaries(_KEY, _TEXT | st.just("Europe/Paris"), max_size=3)
_EPOCH = datetime(1975, 1, 1, tzinfo=UTC)
_START = st.integers(0, 2**32).map(lambda seconds: _EPOCH + timedelta(seconds=seconds))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A case whose ledger begins with an opening and goes on with anything."""
    builder = CaseBuilder(start=draw(_START))
    builder.opened(draw(st.none() | _TEXT | st.just("no_internet_banner")), person=draw(_PERSON))
    for _ in range(draw(st.integers(0, 12))):
        draw(_steps(builder))
    return builder.case
