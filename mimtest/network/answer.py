"""An answer as checks see it. Looking at it makes its exchange a witness of the check."""

import re
from typing import Any, Final
from urllib.parse import urljoin

import httpx

from mimtest.errors import Contradiction
from mimtest.network.links import parse_links
from mimtest.network.recording import Recorder
from mimtest.network.strict_json import parse_json
from mimtest.network.transport import Received

#: Charsets that texts on the web come in. Python knows codecs that are none, and some that take for ever.
_CHARSET: Final = re.compile(
    r"us-ascii|latin-?1|(iso-8859|windows|ibm)-?\d{1,4}|utf-16(le|be)?|koi8-[ru]|gbk?|gb18030|gb2312|big5|euc-(jp|kr)|shift_jis"
)


class Answer:
    """A read-only view of a complete answer.

    `id`, `url` and `elapsed_ms` can be read without the exchange becoming a witness.
    """

    __slots__ = ("_received", "_recorder")

    def __init__(self, received: Received, recorder: Recorder) -> None:
        self._received = received
        self._recorder = recorder

    @property
    def id(self) -> str:
        """The exchange's id in the report."""
        return self._received.exchange

    @property
    def url(self) -> str:
        """The address that was asked."""
        return self._received.url

    @property
    def elapsed_ms(self) -> int:
        """Milliseconds from sending to the last byte."""
        return self._received.elapsed_ms

    @property
    def received(self) -> Received:
        """The answer as it came, for the toolkit itself: reading it makes no witness."""
        return self._received

    @property
    def status(self) -> int:
        """The status code."""
        return self._seen().status

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004

    @property
    def headers(self) -> httpx.Headers:
        """The header fields by name in any letter case, with `get` and `get_list`."""
        return httpx.Headers([(n.encode("latin-1"), v.encode()) for n, v in self._seen().headers])

    @property
    def body(self) -> bytes:
        """The body, decoded from its content coding."""
        return self._seen().body

    @property
    def media_type(self) -> str:
        """The media type in lower case without parameters; empty when there is none."""
        return self._content_type().partition(";")[0].strip()

    @property
    def links(self) -> list[dict[str, str]]:
        """The links of the Link header fields (RFC 8288), `href` made absolute."""
        return parse_links(", ".join(self.headers.get_list("link")), self.url)

    @property
    def location(self) -> str | None:
        """The absolute address in the Location field, if there is one."""
        value = self.headers.get("location")
        return None if value is None else self.resolve(value)

    def resolve(self, reference: str) -> str:
        """A reference found in this answer as an absolute address. Raises Contradiction."""
        try:
            return urljoin(self.url, reference)
        except ValueError:
            msg = f"'{reference[:200]}' is not a web address."
            raise Contradiction(msg, expected="a URI reference", received=reference[:200]) from None

    def text(self) -> str:
        """The body as text in its declared charset, else UTF-8; other bytes become U+FFFD."""
        charset = self._content_type().partition("charset=")[2]
        name = charset.partition(";")[0].strip(' "')
        try:
            return self.body.decode(name if _CHARSET.fullmatch(name) else "utf-8", "replace")
        except LookupError:
            return self.body.decode(errors="replace")

    def json(self) -> Any:
        """The body's JSON value, a new one each time. Raises Contradiction when it is not JSON."""
        return parse_json(self.body)

    def _content_type(self) -> str:
        return str(self.headers.get("content-type", "")).lower()

    def _seen(self) -> Received:
        self._recorder.witness(self.id)
        return self._received

    def __repr__(self) -> str:
        received = self._received
        return f"<Answer {self.id}: {received.status}, {len(received.body)} bytes>"
