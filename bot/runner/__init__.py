"""The site agent: it measures from the phones' own network and carries nothing of the tenant."""
