"""What the gateway tells a runner when it says hello."""

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
            lab=self.lab if lab else None,
        )


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to `POST /runner/hello`; `time` is the bot's clock, UTC."""

    site: SiteView
    time: datetime
