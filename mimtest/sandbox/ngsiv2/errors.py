"""Errors as NGSI v2 tells them: a status, a word and a description ("Error Responses")."""

from mimtest.sandbox.http import Response, json_response


class V2Error(Exception):
    """A request the broker refuses."""

    def __init__(self, status: int, error: str, description: str, *, allow: str = "") -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.description = description
        self.allow = allow

    def as_response(self) -> Response:
        """The answer."""
        body = {"error": self.error, "description": self.description}
        response = json_response(body, self.status)
        return response.with_header("Allow", self.allow) if self.allow else response


def bad_request(description: str) -> V2Error:
    """The request is wrong whatever the broker holds."""
    return V2Error(400, "BadRequest", description)


def unreadable(description: str) -> V2Error:
    """The body is no JSON."""
    return V2Error(400, "ParseError", description)


def missing(what: str) -> V2Error:
    """What the request is about is not here."""
    return V2Error(404, "NotFound", f"there is no such {what}")


def ambiguous() -> V2Error:
    """Several entities have the id."""
    return V2Error(409, "TooManyResults", "several entities have this id; a type tells them apart")


def unprocessable(description: str) -> V2Error:
    """The request does not go with what the broker holds."""
    return V2Error(422, "Unprocessable", description)
