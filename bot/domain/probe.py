"""Probe jobs and results: what a site runner is asked, and what it answers.

A probe that fails is a result with a named failure; names come from one closed list, which
rules, cards and tests use and nothing else (habit of OONI's `errno`).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec


class Failure(StrEnum):
    """Every way in which a probe can fail."""

    dns_nxdomain = "dns_nxdomain"
    dns_servfail = "dns_servfail"
    dns_refused = "dns_refused"
    dns_no_answer = "dns_no_answer"
    dns_timeout = "dns_timeout"
    dns_filtered = "dns_filtered"
    dns_hijacked = "dns_hijacked"
    dns_bad_reply = "dns_bad_reply"
    connection_refused = "connection_refused"
    connection_reset = "connection_reset"
    connection_timeout = "connection_timeout"
    host_unreachable = "host_unreachable"
    network_unreachable = "network_unreachable"
    tls_intercepted = "tls_intercepted"
    tls_untrusted = "tls_untrusted"
    tls_expired = "tls_expired"
    tls_not_yet_valid = "tls_not_yet_valid"
    tls_name_mismatch = "tls_name_mismatch"
    tls_handshake_failed = "tls_handshake_failed"
    stun_no_reply = "stun_no_reply"
    stun_bad_reply = "stun_bad_reply"
    ntp_no_reply = "ntp_no_reply"
    ntp_bad_reply = "ntp_bad_reply"
    ntp_unsynchronised = "ntp_unsynchronised"
    ntp_disagreement = "ntp_disagreement"
    icmp_no_reply = "icmp_no_reply"
    quality_rtt = "quality_rtt"
    quality_loss = "quality_loss"
    quality_jitter = "quality_jitter"
    http_bad_reply = "http_bad_reply"
    http_status = "http_status"
    captive_portal = "captive_portal"
    proxy_required = "proxy_required"
    snmp_no_reply = "snmp_no_reply"
    snmp_auth = "snmp_auth"
    snmp_bad_reply = "snmp_bad_reply"
    snmp_no_credentials = "snmp_no_credentials"
    switch_mac_not_found = "switch_mac_not_found"
    switch_port_not_found = "switch_port_not_found"
    switch_port_down = "switch_port_down"
    switch_port_admin_down = "switch_port_admin_down"
    switch_port_err_disabled = "switch_port_err_disabled"
    switch_poe_denied = "switch_poe_denied"
    switch_poe_fault = "switch_poe_fault"
    switch_poe_disabled = "switch_poe_disabled"
    switch_vlan_other = "switch_vlan_other"
    target_refused = "target_refused"
    unsupported = "unsupported"
    deadline_exceeded = "deadline_exceeded"
    runner_offline = "runner_offline"
    internal_error = "internal_error"


class Where(StrEnum):
    """Whose failure it is: the far end, the name server, the way there, or the runner itself."""

    target = "target"
    resolver = "resolver"
    path = "path"
    runner = "runner"


class ProbeSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One probe to run; `options` are the prober's own (docs/contracts)."""

    prober: str
    host: str
    port: int | None = None
    options: dict[str, Any] = {}


class ProbeResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one probe found; `ok` is None when it proves nothing either way."""

    prober: str
    host: str
    port: int | None
    ok: bool | None
    failure: Failure | None = None
    at: Where | None = None
    ms: float | None = None
    details: dict[str, Any] = {}


class ProbeJob(msgspec.Struct, frozen=True, kw_only=True):
    """A pack of probes for one site; results of another job id or after `deadline` do not count."""

    id: str
    case: str
    site: str
    plan: str
    probes: tuple[ProbeSpec, ...]
    issued: datetime
    deadline: datetime


class ProbeReport(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a job's results, as the runner sends it; `index` points into the job's probes."""

    job: str
    runner: str
    results: dict[int, ProbeResult]
    done: bool = False
    at: datetime | None = None
