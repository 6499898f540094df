"""What a call of the simulated Microsoft Graph is: who asks what of which resource, and how it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot.simulator.directory import Directory, User
from bot.simulator.replicas import Replicas
from bot.simulator.writes import Writes

Body = dict[str, Any]

DENIED: Final = "Authorization_RequestDenied"
TOP_LIMIT: Final = 999


class Problem(Exception):
    """A refusal in Graph's words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def missing(what: str) -> Problem:
    """The refusal of an object that does not exist."""
    text = (
        f"Resource '{what}' does not exist or one of its queried reference-property objects are not present."
    )
    return Problem(404, "Request_ResourceNotFound", text)


def bad(message: str) -> Problem:
    """The refusal of a request that the directory cannot carry out."""
    return Problem(400, "Request_BadRequest", message)


@dataclass(frozen=True)
class Call:
    """One call: what was asked of whom; `match` holds what the path captured, `url` is without query.

    `by` is the application that asks, `permissions` what it may.
    """

    directory: Directory
    version: str
    match: tuple[str, ...]
    query: dict[str, str]
    body: object
    page_size: int
    url: str
    by: str = ""
    permissions: frozenset[str] = frozenset()
    replicas: Replicas = field(default_factory=Replicas)
    writes: Writes = field(default_factory=Writes)

    def person(self) -> User:
        """The person named in the path, as the writing side knows them."""
        return self.someone(self.match[0])

    def read_person(self) -> User:
        """The person named in the path, as a replica knows them that may be behind."""
        return self.replicas.read(self.person())

    def someone(self, who: str) -> User:
        """A person by either name."""
        name = who.replace("''", "'")
        try:
            return self.directory.find(name)
        except KeyError:
            raise missing(name) from None

    def group(self) -> str:
        """The group named in the path."""
        wanted = self.match[0].casefold()
        if wanted not in self.directory.groups:
            raise missing(self.match[0])
        return wanted

    def page(self, rows: Sequence[Body]) -> Body:
        """One page of a list, with the link to the next."""
        start = int(self.query.get("$skiptoken", 0))
        top = self._top()
        body: Body = {"value": list(rows[start : start + top])}
        if start + top < len(rows):
            body["@odata.nextLink"] = f"{self.url}?$top={top}&$skiptoken={start + top}{self._rest()}"
        return body

    def _top(self) -> int:
        asked = self.query.get("$top", str(self.page_size))
        if not asked.isascii() or not asked.isdigit() or not 0 < int(asked) <= TOP_LIMIT:
            raise Problem(400, "BadRequest", f"Invalid page size specified: '{asked}'.")
        return min(int(asked), self.page_size)

    def _rest(self) -> str:
        rest = {name: value for name, value in self.query.items() if name not in ("$top", "$skiptoken")}
        return "".join(f"&{name}={value}" for name, value in rest.items())

    def select(self, body: Body, kind: str, default: Sequence[str] | None = None) -> Body:
        """Only the properties of `$select`, which must exist (as Graph has it)."""
        names = [name.strip() for name in self.query.get("$select", "").split(",") if name.strip()]
        for name in names:
            if name not in body:
                text = f"Could not find a property named '{name}' on type 'microsoft.graph.{kind}'."
                raise Problem(400, "BadRequest", text)
        chosen = names or default
        return body if chosen is None else {name: body[name] for name in chosen}


Answer = Callable[[Call], Body | None]


@dataclass(frozen=True)
class Resource:
    """A path, the application permissions of which one is enough, and what it answers (None: 204)."""

    method: str
    pattern: re.Pattern[str]
    permissions: frozenset[str]
    answer: Answer
    refusal: str = DENIED
    least: str = ""

    def forbidden(self) -> Problem:
        """The refusal of an application that lacks the permission, in this API's own words."""
        if self.refusal == "Authentication_MSGraphPermissionMissing":
            text = f"The principal does not have required Microsoft Graph permission(s): {self.least} to call this API."
        elif self.refusal == DENIED:
            text = "Insufficient privileges to complete the operation."
        else:
            text = "Forbidden"
        return Problem(403, self.refusal, text)


def resource(method: str, path: str, permissions: str, answer: Answer, refusal: str = DENIED) -> Resource:
    """A resource; `permissions` are separated by blanks, the least privileged first."""
    pattern, names = re.compile(path, re.IGNORECASE), permissions.split()
    return Resource(method, pattern, frozenset(names), answer, refusal, names[0])
