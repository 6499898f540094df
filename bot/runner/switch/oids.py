"""Object identifiers that are read, by the name that their MIB gives them; nothing here is writable by us.

They are written out rather than compiled from MIB files: published collections carry wrong ones (a
POWER-ETHERNET-MIB that is a vendor's own, LLDP-MED under another arc).
"""

from __future__ import annotations

from typing import Final

Oid = tuple[int, ...]

_MIB_2: Final = (1, 3, 6, 1, 2, 1)
_CISCO: Final = (1, 3, 6, 1, 4, 1, 9)
_MGMT: Final = (*_CISCO, 9)

# SNMPv2-MIB (RFC 3418)
SYS_DESCR: Final = (*_MIB_2, 1, 1, 0)
SYS_OBJECT_ID: Final = (*_MIB_2, 1, 2, 0)
SYS_UP_TIME: Final = (*_MIB_2, 1, 3, 0)
SYS_NAME: Final = (*_MIB_2, 1, 5, 0)
CISCO: Final = _CISCO

# IF-MIB (RFC 2863)
_IF: Final = (*_MIB_2, 2, 2, 1)
_IF_X: Final = (*_MIB_2, 31, 1, 1, 1)
IF_DESCR: Final = (*_IF, 2)
IF_ADMIN: Final = (*_IF, 7)
IF_OPER: Final = (*_IF, 8)
IF_LAST_CHANGE: Final = (*_IF, 9)
IF_IN_DISCARDS: Final = (*_IF, 13)
IF_IN_ERRORS: Final = (*_IF, 14)
IF_OUT_DISCARDS: Final = (*_IF, 19)
IF_OUT_ERRORS: Final = (*_IF, 20)
IF_NAME: Final = (*_IF_X, 1)
IF_HIGH_SPEED: Final = (*_IF_X, 15)
IF_ALIAS: Final = (*_IF_X, 18)

# EtherLike-MIB (RFC 3635)
_DOT3: Final = (*_MIB_2, 10, 7, 2, 1)
DOT3_FCS: Final = (*_DOT3, 3)
DOT3_LATE: Final = (*_DOT3, 8)
DOT3_DUPLEX: Final = (*_DOT3, 19)

# BRIDGE-MIB (RFC 4188) and Q-BRIDGE-MIB (RFC 4363)
_BRIDGE: Final = (*_MIB_2, 17)
BASE_PORT_IF: Final = (*_BRIDGE, 1, 4, 1, 2)
FDB_PORT: Final = (*_BRIDGE, 4, 3, 1, 2)
Q_FDB_PORT: Final = (*_BRIDGE, 7, 1, 2, 2, 1, 2)
Q_VLAN_FDB: Final = (*_BRIDGE, 7, 1, 4, 2, 1, 3)
Q_VLAN_EGRESS: Final = (*_BRIDGE, 7, 1, 4, 2, 1, 4)
Q_VLAN_UNTAGGED: Final = (*_BRIDGE, 7, 1, 4, 2, 1, 5)
Q_PVID: Final = (*_BRIDGE, 7, 1, 4, 5, 1, 1)

# POWER-ETHERNET-MIB (RFC 3621)
_PSE: Final = (*_MIB_2, 105, 1, 1, 1)
_MAIN_PSE: Final = (*_MIB_2, 105, 1, 3, 1, 1)
PSE_ADMIN: Final = (*_PSE, 3)
PSE_DETECTION: Final = (*_PSE, 6)
PSE_PRIORITY: Final = (*_PSE, 7)
PSE_ABSENT: Final = (*_PSE, 8)
PSE_CLASS: Final = (*_PSE, 10)
PSE_DENIED: Final = (*_PSE, 12)
PSE_OVERLOAD: Final = (*_PSE, 13)
PSE_SHORT: Final = (*_PSE, 14)
MAIN_PSE_POWER: Final = (*_MAIN_PSE, 2)
MAIN_PSE_STATUS: Final = (*_MAIN_PSE, 3)
MAIN_PSE_USED: Final = (*_MAIN_PSE, 4)

# CISCO-POWER-ETHERNET-EXT-MIB, and ENTITY-MIB (RFC 6933) to get from its ports to interfaces
_CPE: Final = (*_MGMT, 402, 1, 2, 1)
CPE_ALLOCATED: Final = (*_CPE, 7)
CPE_CONSUMPTION: Final = (*_CPE, 9)
CPE_ENTITY: Final = (*_CPE, 11)
ENTITY_ALIAS: Final = (*_MIB_2, 47, 1, 3, 2, 1, 2)
IF_INDEX: Final = (*_IF, 1)

# LLDP-MIB (IEEE 802.1AB-2005) and LLDP-EXT-MED-MIB (ANSI/TIA-1057)
_LLDP: Final = (1, 0, 8802, 1, 1, 2, 1)
_LLDP_REMOTE: Final = (*_LLDP, 4, 1, 1)
_MED: Final = (*_LLDP, 5, 4795, 1, 3)
LLDP_LOCAL_ID: Final = (*_LLDP, 3, 7, 1, 3)
LLDP_LOCAL_DESCR: Final = (*_LLDP, 3, 7, 1, 4)
LLDP_CHASSIS: Final = (*_LLDP_REMOTE, 5)
LLDP_PORT_ID: Final = (*_LLDP_REMOTE, 7)
LLDP_PORT_DESCR: Final = (*_LLDP_REMOTE, 8)
LLDP_SYS_NAME: Final = (*_LLDP_REMOTE, 9)
LLDP_SYS_DESCR: Final = (*_LLDP_REMOTE, 10)
LLDP_CAPABLE: Final = (*_LLDP_REMOTE, 11)
LLDP_ENABLED: Final = (*_LLDP_REMOTE, 12)
MED_CLASS: Final = (*_MED, 1, 1, 3)
MED_POLICY_VLAN: Final = (*_MED, 2, 1, 2)
MED_POLICY_UNKNOWN: Final = (*_MED, 2, 1, 5)
MED_POLICY_TAGGED: Final = (*_MED, 2, 1, 6)
MED_FIRMWARE: Final = (*_MED, 3, 1, 2)
MED_SOFTWARE: Final = (*_MED, 3, 1, 3)
MED_SERIAL: Final = (*_MED, 3, 1, 4)
MED_MAKER: Final = (*_MED, 3, 1, 5)
MED_MODEL: Final = (*_MED, 3, 1, 6)

# CISCO-VLAN-MEMBERSHIP-MIB
VM_VLAN: Final = (*_MGMT, 68, 1, 2, 2, 1, 2)
VM_VOICE_VLAN: Final = (*_MGMT, 68, 1, 5, 1, 1, 1)

# CISCO-PORT-SECURITY-MIB and CISCO-ERR-DISABLE-MIB
_SECURITY: Final = (*_MGMT, 315, 1, 2, 1, 1)
SECURITY_ENABLED: Final = (*_SECURITY, 1)
SECURITY_STATUS: Final = (*_SECURITY, 2)
SECURITY_MOST: Final = (*_SECURITY, 3)
SECURITY_CURRENT: Final = (*_SECURITY, 4)
SECURITY_ACTION: Final = (*_SECURITY, 8)
SECURITY_VIOLATIONS: Final = (*_SECURITY, 9)
SECURITY_LAST_MAC: Final = (*_SECURITY, 10)
SECURITY_LAST_VLAN: Final = (*_SECURITY, 18)
SECURE_MAC: Final = (*_MGMT, 315, 1, 2, 3, 1, 3)
ERR_DISABLE: Final = (*_MGMT, 548)
ERR_DISABLE_CAUSE: Final = (*_MGMT, 548, 1, 3, 1, 1, 2)
ERR_DISABLE_RECOVERY: Final = (*_MGMT, 548, 1, 3, 1, 1, 3)
