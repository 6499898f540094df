from datetime import timedelta

import pytest

from bot.simulator.directory import Licence, User, make_directory
from bot.simulator.replicas import Lag, Replicas
from tests.support.waiting import wait_until


@pytest.fixture
def person() -> User:
    return make_directory("tenant").users[0]


def test_everything_is_immediate_at_first(person: User) -> None:
    replicas = Replicas()
    replicas.before_write(person)
    person.enabled = False
    assert not replicas.read(person).enabled


def test_two_writes_show_the_oldest_state(person: User) -> None:
    replicas = Replicas(Lag(hidden_reads=1))
    for office in ("Nantes", "Brest"):
        replicas.before_write(person)
        person.office = office
    assert replicas.read(person).office == "Lyon Part-Dieu"
    assert replicas.read(person).office == "Brest"


def test_another_persons_reads_do_not_count(person: User) -> None:
    replicas = Replicas(Lag(hidden_reads=1))
    other = make_directory("tenant").users[1]
    replicas.before_write(person)
    person.enabled = False
    replicas.read(other)
    assert replicas.read(person).enabled
    assert not replicas.read(person).enabled


def test_time_hides_as_reads_do(person: User) -> None:
    replicas = Replicas(Lag(hidden=timedelta(hours=1)))
    replicas.before_write(person)
    person.enabled = False
    assert all(replicas.read(person).enabled for _ in range(5))


async def test_provisioning_ends_without_a_reader(person: User) -> None:
    replicas = Replicas(Lag(pending=timedelta(milliseconds=20)))
    licence = Licence("MCOEV", plans={})
    person.licences = [licence]
    replicas.provision(person, licence)
    assert not person.has_plan("MCOEV")
    await wait_until(lambda: person.has_plan("MCOEV"), "the licence is provisioned")


async def test_switched_off_plan_stays_off(person: User) -> None:
    replicas = Replicas(Lag(pending_reads=1))
    licence = Licence("MCOEV", plans={"MCOEV": "Disabled"})
    replicas.provision(person, licence)
    for _ in range(3):
        replicas.read(person)
    assert licence.plans == {"MCOEV": "Disabled"}


async def test_only_own_reads_provision(person: User) -> None:
    replicas, other = Replicas(Lag(pending_reads=1)), make_directory("tenant").users[1]
    licence = Licence("MCOEV")
    replicas.provision(person, licence)
    for _ in range(3):
        replicas.read(other)
    assert licence.plans == {"MCOEV": "PendingProvisioning"}
    replicas.read(person)
    replicas.read(person)
    assert licence.plans == {"MCOEV": "Success"}
