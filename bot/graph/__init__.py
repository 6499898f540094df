"""What Microsoft Graph knows of a person: account, licences, sign-ins, calling, service health."""
