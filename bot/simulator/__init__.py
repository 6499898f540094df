"""A whole fake site: network, login service, Microsoft Graph, phone and Teams channel."""
