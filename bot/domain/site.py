"""A site: the network that its phones stand in, as `sites.toml` describes it."""

from __future__ import annotations

import tomllib
from typing import Annotated, Final, Literal

import msgspec

from bot.domain.diagnosis import Locale
from bot.errors import SitesInvalid

HOURS: Final = r"^(([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9])?$"

Calling = Literal["calling_plan", "direct_routing", "operator_connect"]


class Lab(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Only for a laboratory or the simulator: real services on other ports and addresses.

    `ports` maps a standard port to the one used here; `ranges` replaces Microsoft's published
    address ranges; `ca_file` is a CA that the probes trust besides the system's; `issuers` replaces
    the issuer organisations that Microsoft's certificates carry.
    """

    ports: dict[str, int] = {}
    ranges: tuple[str, ...] = ()
    ca_file: str | None = None
    issuers: tuple[str, ...] = ()

    def port(self, standard: int) -> int:
        """The port to use here for a service that elsewhere listens on `standard`."""
        return self.ports.get(str(standard), standard)


class Site(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One site of the organisation.

    `reference_resolver` is a second name server (`IP` or `IP:PORT`), public if need be, that the site's own is
    compared with; `voice_vlans` are the numbers of the phones' VLANs. `helpdesk_hours` (`08:00-18:00`, Monday to
    Friday, on the site's clock) is when the people who look after it answer.
    """

    id: str
    name: str
    subnets: tuple[str, ...] = ()
    voice_subnets: tuple[str, ...] = ()
    resolvers: tuple[str, ...] = ()
    ntp_servers: tuple[str, ...] = ()
    reference_resolver: str | None = None
    gateway: str | None = None
    private_targets: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    voice_vlans: tuple[int, ...] = ()
    emergency_numbers: tuple[str, ...] = ("112",)
    time_zone: str = "Europe/Paris"
    language: Locale = "fr"
    calling: Calling | None = None
    helpdesk_hours: Annotated[str, msgspec.Meta(pattern=HOURS)] = ""
    lab: Lab | None = None


Sites = dict[str, Site]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    site: tuple[Site, ...] = ()


def parse_sites(text: str) -> Sites:
    """Reads the text of a `sites.toml` (a list of `[[site]]` tables).

    Raises `SitesInvalid` with the key at fault.
    """
    try:
        sites = msgspec.convert(tomllib.loads(text), _File).site
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as exc:
        raise SitesInvalid(str(exc)) from exc
    by_id = {site.id: site for site in sites}
    if len(by_id) < len(sites):
        raise SitesInvalid("two sites have the same id")
    return by_id
