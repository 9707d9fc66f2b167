"""Ways to be careless beside the data: without TLS, at well-known addresses, towards browsers."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from mimtest.sandbox.faults.registry import stand_fault
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import problem
from mimtest.sandbox.stand import Stand
from mimtest.sandbox.stand.setup import DATA, answered, security_txt, sent_on, told

Change = Callable[[Request, Response], Response]
_HSTS: Final = "Strict-Transport-Security"
_SECURITY: Final = "/.well-known/security.txt"


def _answering(stand: Stand, change: Change) -> Stand:
    return replace(stand, answer=lambda request: change(request, answered(request)))


def _telling(stand: Stand, text: bytes, kind: str = "text/plain; charset=utf-8") -> Stand:
    """The stand with another security.txt."""

    def change(request: Request, response: Response) -> Response:
        if request.path != _SECURITY:
            return response
        return response.with_body(text).with_header("Content-Type", kind)

    return _answering(stand, change)


def _leaving(stand: Stand, path: str, body: bytes) -> Stand:
    def change(request: Request, response: Response) -> Response:
        left = Response(200, (("Content-Type", "application/octet-stream"),), body)
        return left.with_header(_HSTS, "max-age=31536000") if request.path == path else response

    return _answering(stand, change)


@stand_fault("http-index-without-tls", kills=("SEC-HTTP-01",))
def shows_the_index_without_tls(stand: Stand) -> Stand:
    """Without TLS the index is shown, the data are not."""
    return replace(stand, plain=lambda r: told(r) if r.path == "/" else sent_on(r))


@stand_fault("http-sent-on-without-tls", kills=("SEC-HTTP-01",))
def sends_on_without_tls(stand: Stand) -> Stand:
    """Without TLS clients are sent to another address without TLS."""
    there = (("Location", "http://www.town.example/"),)
    return replace(stand, plain=lambda r: Response(301, there) if r.path == "/" else sent_on(r))


@stand_fault("http-data-without-tls", kills=("SEC-HTTP-02",))
def gives_data_without_tls(stand: Stand) -> Stand:
    """Without TLS the data are given, though the index sends on."""
    return replace(stand, plain=lambda r: told(r) if r.path == DATA else sent_on(r))


@stand_fault("http-no-hsts-on-errors", kills=("SEC-HTTP-03",))
def forgets_hsts_on_errors(stand: Stand) -> Stand:
    """Strict-Transport-Security is missing on errors."""
    return _answering(stand, lambda _, r: r.without_header(_HSTS) if r.status >= 400 else r)  # noqa: PLR2004


@stand_fault("http-hsts-off", kills=("SEC-HTTP-03", "SEC-HTTP-04"))
def switches_hsts_off(stand: Stand) -> Stand:
    """Strict-Transport-Security tells clients to forget it."""
    return _answering(stand, lambda _, r: r.with_header(_HSTS, "max-age=0"))


@stand_fault("http-short-hsts", kills=("SEC-HTTP-04",))
def commits_for_a_day(stand: Stand) -> Stand:
    """Strict-Transport-Security holds for a day."""
    return _answering(stand, lambda _, r: r.with_header(_HSTS, "max-age=86400; includeSubDomains"))


@stand_fault("http-framed", kills=("SEC-HTTP-07",))
def lets_anybody_frame(stand: Stand) -> Stand:
    """The web page says nothing of who may show it."""

    def change(_: Request, response: Response) -> Response:
        given = response.header("Content-Security-Policy")
        return (
            response.with_header("Content-Security-Policy", "default-src 'none'")
            if given
            else response
        )

    return _answering(stand, change)


@stand_fault("http-no-referrer-policy", kills=("SEC-HTTP-08",))
def says_nothing_of_referrers(stand: Stand) -> Stand:
    """The web page leaves it to browsers what others are told."""
    return _answering(stand, lambda _, r: r.without_header("Referrer-Policy"))


@stand_fault("http-security-txt-expired", kills=("SEC-HTTP-16",))
def has_an_expired_contact(stand: Stand) -> Stand:
    """security.txt expired last week."""
    return _telling(stand, security_txt(-7))


@stand_fault("http-security-txt-without-contact", kills=("SEC-HTTP-16",))
def names_no_contact(stand: Stand) -> Stand:
    """security.txt names no contact."""
    return _telling(stand, security_txt().partition(b"\n")[2])


@stand_fault("http-security-txt-bare-address", kills=("SEC-HTTP-16",))
def names_a_bare_address(stand: Stand) -> Stand:
    """The contact in security.txt is a mail address without mailto:."""
    return _telling(stand, security_txt().replace(b"mailto:", b""))


@stand_fault("http-security-txt-two-ends", kills=("SEC-HTTP-16",))
def expires_twice(stand: Stand) -> Stand:
    """security.txt has two fields Expires."""
    return _telling(stand, security_txt() + b"Expires: 2099-01-01T00:00:00Z\n")


@stand_fault("http-security-txt-as-bytes", kills=("SEC-HTTP-16",))
def calls_its_contact_bytes(stand: Stand) -> Stand:
    """security.txt is sent as bytes of no kind."""
    return _telling(stand, security_txt(), "application/octet-stream")


@stand_fault("http-git-left", kills=("SEC-HTTP-18",))
def leaves_its_history(stand: Stand) -> Stand:
    """The folder of git is served."""
    return _leaving(stand, "/.git/HEAD", b"ref: refs/heads/main\n")


@stand_fault("http-env-left", kills=("SEC-HTTP-18",))
def leaves_its_settings(stand: Stand) -> Stand:
    """The file with the settings is served."""
    return _leaving(stand, "/.env", b"# town\nDB_HOST=db.town.example\n")


@stand_fault("http-metrics-left", kills=("SEC-HTTP-18",))
def tells_everybody_its_metrics(stand: Stand) -> Stand:
    """The page for monitoring is open."""
    return _leaving(stand, "/metrics", b"# HELP up Whether it is up.\n# TYPE up gauge\nup 1\n")


@stand_fault("http-variant-closed")
def is_closed_without_tls(stand: Stand) -> Stand:
    """Nobody listens without TLS."""
    return replace(stand, plain=None)


@stand_fault("http-variant-refusing")
def refuses_without_tls(stand: Stand) -> Stand:
    """Without TLS everything is refused."""
    return replace(stand, plain=lambda _: problem(403, "speak TLS"))


@stand_fault("http-variant-upgrade-required")
def asks_for_tls(stand: Stand) -> Stand:
    """Without TLS everything is answered 426."""
    return replace(stand, plain=lambda _: problem(426, "speak TLS"))


@stand_fault("http-variant-no-security-txt")
def publishes_no_contact(stand: Stand) -> Stand:
    """There is no security.txt."""

    def change(request: Request, response: Response) -> Response:
        there = request.path == _SECURITY
        missing = problem(404, "there is nothing here")
        return missing.with_header(_HSTS, "max-age=31536000") if there else response

    return _answering(stand, change)


@stand_fault("http-variant-signed-security-txt")
def signs_its_contact(stand: Stand) -> Stand:
    """security.txt is signed."""
    head = b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
    tail = b"-----BEGIN PGP SIGNATURE-----\nVersion: 1\n\nAAAA\n-----END PGP SIGNATURE-----\n"
    return _telling(stand, head + security_txt() + tail)


@stand_fault("http-variant-framing-by-field")
def forbids_framing_by_its_own_field(stand: Stand) -> Stand:
    """The web page has X-Frame-Options, and no policy."""

    def change(_: Request, response: Response) -> Response:
        if not response.header("Content-Security-Policy"):
            return response
        bare = response.without_header("Content-Security-Policy")
        return bare.with_header("X-Frame-Options", "DENY")

    return _answering(stand, change)


@stand_fault("http-variant-everything-is-a-page")
def shows_a_page_for_everything(stand: Stand) -> Stand:
    """Every unknown address is answered with a web page and 200, so nothing is shown to be left there."""

    def change(request: Request, response: Response) -> Response:
        unknown = response.status == 404 or request.path == _SECURITY  # noqa: PLR2004
        page = b"<!doctype html><title>Town</title><p>DB_HOST=1 # HELP"
        plain = response.with_status(200).with_header("Content-Type", "text/html; charset=utf-8")
        return plain.with_body(page) if unknown else response

    return _answering(stand, change)
