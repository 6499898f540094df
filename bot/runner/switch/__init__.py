"""A switch, read over SNMP and never written: where the phone hangs, and what its port gives it."""
