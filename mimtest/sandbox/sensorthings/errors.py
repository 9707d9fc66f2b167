"""What the service answers when it does not do what was asked."""

from mimtest.sandbox.http import Response
from mimtest.sandbox.manners import problem


class RefusedError(Exception):
    """A request that is not followed, with the status that says why."""

    def __init__(self, detail: str, status: int = 400) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status

    def answer(self) -> Response:
        """As problem details."""
        return problem(self.status, self.detail)


class NothingHereError(RefusedError):
    """What is asked for does not exist."""

    def __init__(self, what: str) -> None:
        super().__init__(f"there is no {what}", 404)


class NotSupportedError(RefusedError):
    """A query option of the standard's family that the service does not have (9.3.3)."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not supported", 501)
