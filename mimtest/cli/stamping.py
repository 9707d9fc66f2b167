"""Getting a time stamp for a signature: `mimtest sign --timestamp`."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from mimtest.errors import UsageError


def stamper(url: str | None, tsa: Path | None) -> Callable[[bytes], bytes] | None:
    """What gets a stamp from the authority at `url`, held against its certificate where one is given.

    Raises UsageError at once for what was asked for wrongly, and later for an authority that gives no stamp.
    """
    from mimtest.network.timestamping import ask
    from mimtest.rendering.text import line
    from mimtest.verification import stamp

    if url is None:
        if tsa is not None:
            raise UsageError(
                "--tsa: there is no time stamp to hold against it.", "Add --timestamp."
            )
        return None
    _require_address(url)
    authorities = stamp.load_authorities(tsa) if tsa else ()

    def stamped_by(content: bytes) -> bytes:
        query = stamp.make_query(content)
        try:
            answer = ask(url, query.content)
            stamp.read_answer(query, answer, content)
            if authorities:
                stamp.require_authority(answer, content, authorities)
        except (OSError, stamp.StampError) as error:
            hint = "Nothing was signed: name another authority, or sign without --timestamp."
            raise UsageError(f"--timestamp: {line(str(error))}.", hint) from None
        return answer

    return stamped_by


def _require_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname
        named = parts.username is not None
    except ValueError:
        sound = named = False
    if not sound:
        raise UsageError("--timestamp: is no http or https address.", "Give the authority's URL.")
    if named:
        raise UsageError(
            "--timestamp: has a name and a password in it, which others could read.",
            "Get report.intoto.json.tsr with a client of your own (docs/vendor.md) and sign again.",
        )
