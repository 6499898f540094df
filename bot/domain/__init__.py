"""Pure types that every part shares: no clock, no I/O, no SDK."""
