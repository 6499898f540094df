"""`decroche manifest`: the app package that an administrator uploads to Teams."""
