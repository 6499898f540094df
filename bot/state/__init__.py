"""Redis: embedded server, cases, outbox, records, locks. Nothing else in Décroche remembers anything."""
