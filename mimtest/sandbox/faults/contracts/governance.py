"""Ways to leave members without rulebook, procedure or log, and permitted forms of these."""

import json
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.contracts.terms_messages import at
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_BOOK: Final = "/rulebook"
_LOG: Final = "/terms/log"
_NEAR: Final = ("CTR-GOV-02", "CTR-GOV-03")


@at(_BOOK, "ctr-gov-empty", "CTR-GOV-01", beside=_NEAR)
def says_nothing(_: Request, response: Response) -> Response:
    """The rulebook is a heading."""
    return response.with_body(b'<!DOCTYPE html><html lang="en"><h1>Rulebook</h1></html>')


@at(_BOOK, "ctr-gov-login-beside")
def asks_for_a_password(_: Request, response: Response) -> Response:
    """Beside the rulebook there is a field to log in, as on many pages of cities."""
    form = b'<form><input type="password" name="p"></form></body>'
    return response.with_body(response.body.replace(b"</body>", form))


@at(_BOOK, "ctr-gov-login")
def sends_to_log_in(request: Request, _: Response) -> Response:
    """The rulebook is for members, and whoever is none is sent to a page to log in."""
    return problem(302, "log in").with_header("Location", f"{request.base}/login?then=rulebook")


@at(_BOOK, "ctr-gov-other-version", "CTR-GOV-02", below=True)
def has_another_version(_: Request, response: Response) -> Response:
    """The rulebook is of an earlier version than the one that is declared."""
    return response.with_body(response.body.replace(b"2.1", b"2.0.1"))


@at(_BOOK, "ctr-gov-two-languages", below=True)
def is_in_two_languages(_: Request, response: Response) -> Response:
    """The rulebook is one document in two languages, and says so."""
    both = response.body.replace(b"September", b"9.").replace(b' lang="de"', b' lang="en"')
    return response.with_header("Content-Language", "en, de").with_body(both)


@at(_BOOK, "ctr-gov-file", below=True)
def is_a_file(request: Request, response: Response) -> Response:
    """The rulebook is a PDF file, which names its language and the day it was made."""
    if request.path.removeprefix(_BOOK) not in ("", "/", "/de", "/en"):
        return response
    language = response.header("Content-Language")
    head = f"%PDF-1.7\n<< /Lang ({language}-AT) /ModDate (D:20260901) >>\n".encode()
    file = response.with_header("Content-Type", "application/pdf").with_body(head + response.body)
    return file.without_header("Content-Language")


@at(_BOOK, "ctr-gov-no-language", "CTR-GOV-03", below=True)
def tells_no_language(_: Request, response: Response) -> Response:
    """The rulebook does not say in which language it is."""
    body = response.body.replace(b' lang="de"', b"").replace(b' lang="en"', b"")
    return response.without_header("Content-Language").with_body(body)


@fault("ctr-gov-one-language", kills=("CTR-GOV-03",))
def has_one_language(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The German rulebook is the English one."""
    response = proceed(request)
    if request.path != f"{_BOOK}/de":
        return response
    english = proceed(Request("GET", f"{_BOOK}/en", base=request.base, raw_path=f"{_BOOK}/en"))
    return english.with_header("Content-Language", "de")


@at(f"{_BOOK}/procedure", "ctr-aud-no-procedure", "CTR-AUD-01")
def has_no_procedure(_: Request, __: Response) -> Response:
    """There is no procedure by which members are looked at."""
    return problem(404, "there is nothing here")


@at(f"{_BOOK}/records/2026-05", "ctr-aud-empty-record", "CTR-AUD-01")
def has_no_record(_: Request, response: Response) -> Response:
    """The record of a procedure is a promise."""
    return response.with_body(b"<!DOCTYPE html><html><body>Coming soon.</body></html>")


@at(f"{_BOOK}/service-level", "ctr-aud-no-figures", "CTR-AUD-03")
def names_no_figures(_: Request, response: Response) -> Response:
    """The service level is best effort."""
    return response.with_body(b"<!DOCTYPE html><html><body>We do our best.</body></html>")


def _without(response: Response, *names: str) -> Response:
    entries = [json.loads(line) for line in response.body.splitlines()]
    kept = [{n: v for n, v in e.items() if n not in names} for e in entries]
    return response.with_body("".join(f"{json.dumps(e)}\n" for e in kept).encode())


@at(_LOG, "ctr-aud-nothing-logged", "CTR-AUD-02")
def logs_nothing(_: Request, response: Response) -> Response:
    """The log of use is empty."""
    return response.with_body(b"") if response.status == 200 else response  # noqa: PLR2004


@at(_LOG, "ctr-aud-no-time", "CTR-AUD-02")
def logs_no_time(_: Request, response: Response) -> Response:
    """The log does not tell when data was used."""
    return _without(response, "time") if response.status == 200 else response  # noqa: PLR2004


@at(_LOG, "ctr-aud-nobody", "CTR-AUD-02")
def logs_nobody(_: Request, response: Response) -> Response:
    """The log does not tell who used data."""
    return _without(response, "who", "agent") if response.status == 200 else response  # noqa: PLR2004


@at(_LOG, "ctr-aud-no-dataset", "CTR-AUD-02")
def logs_no_dataset(_: Request, response: Response) -> Response:
    """The log does not tell which data was used."""
    return _without(response, "dataset") if response.status == 200 else response  # noqa: PLR2004


@at(_BOOK, "ctr-gov-markdown", below=True)
def writes_markdown(_: Request, response: Response) -> Response:
    """The rulebook is written in Markdown."""
    return response.with_header("Content-Type", "text/markdown; charset=utf-8")


@fault("ctr-gov-moved")
def has_moved(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address of the rulebook leads to the version in force."""
    if request.path.rstrip("/") != _BOOK:
        return proceed(request)
    return problem(303, "it is there").with_header("Location", f"{request.base}{_BOOK}/en")


@at(f"{_BOOK}/procedure", "ctr-aud-portable")
def gives_a_file(_: Request, response: Response) -> Response:
    """The procedure is a PDF file."""
    body = b"%PDF-1.7\n" + response.body + b"\n%%EOF"
    return response.with_header("Content-Type", "application/pdf").with_body(body)
