"""What a runner and the gateway tell each other at hello: who may touch what, and whether the runner is well."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.domain.site import Lab, Site


class SiteView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The part of a site that its runner must know: where to ask, and what it may touch."""

    id: str
    resolvers: tuple[str, ...] = ()
    ntp_servers: tuple[str, ...] = ()
    gateway: str | None = None
    private_targets: tuple[str, ...] = ()
    reference_resolver: str | None = None
    lab: Lab | None = None

    @classmethod
    def of(cls, site: Site) -> SiteView:
        """That part of `site`."""
        return cls(
            id=site.id,
            resolvers=site.resolvers,
            ntp_servers=site.ntp_servers,
            gateway=site.gateway,
            private_targets=site.private_targets,
            reference_resolver=site.reference_resolver,
            lab=site.lab,
        )

    def site(self, *, lab: bool) -> Site:
        """The site as plans and policy take it; `lab` says whether a laboratory is believed."""
        return Site(
            id=self.id,
            name=self.id,
            resolvers=self.resolvers,
            ntp_servers=self.ntp_servers,
            gateway=self.gateway,
            private_targets=self.private_targets,
            reference_resolver=self.reference_resolver,
            lab=self.lab if lab else None,
        )


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to `POST /runner/hello`; `time` is the bot's clock, UTC."""

    site: SiteView
    time: datetime


class Check(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that a runner tried of itself; one that is `needed` and fails makes it sick."""

    name: str
    ok: bool
    needed: bool = False
    why: str = ""


class Greeting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Body of `POST /runner/hello`: a runner that is not `ready` (still trying itself, or sick) gets no job."""

    ready: bool = True
    checks: tuple[Check, ...] = ()

    @property
    def ills(self) -> tuple[str, ...]:
        """What is wrong, in words of the runner."""
        return tuple(f"{check.name}: {check.why}" for check in self.checks if not check.ok)


class RunnerState(msgspec.Struct, frozen=True, kw_only=True):
    """What a runner last said of itself, and when (UTC)."""

    at: datetime
    greeting: Greeting
