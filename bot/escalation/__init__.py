"""The ticket to Microsoft, written from the ledger alone."""
