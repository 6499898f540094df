"""What goes wrong with Microsoft Graph, with the status and code that say what to do about it."""

from __future__ import annotations

from bot.errors import DirectoryError


class GraphError(DirectoryError):
    """Graph refused or could not be asked; `status` is HTTP's (None: no answer), `code` Graph's own."""

    def __init__(self, message: str, *, status: int | None = None, code: str = "", advice: str = "") -> None:
        super().__init__(message, advice)
        self.status = status
        self.code = code

    @property
    def forbidden(self) -> bool:
        """True when the application lacks a permission, or the tenant a licence."""
        return self.status == 403
