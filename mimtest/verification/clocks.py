"""Whether the answers of a product are dated as the run is: two clocks that nobody set back together."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from mimtest.clock import date_of

#: How far two clocks may be apart.
CLOCKS: Final = timedelta(minutes=5)


def other_clocks(report: Mapping[str, Any], started: datetime, ended: datetime) -> list[str]:
    """Hosts of the product whose newest answer is dated (RFC 9110 section 6.6.1) outside of the run."""
    hosts = {urlsplit(i["url"]).netloc for i in report["subject"]["interfaces"]}
    newest: dict[str, datetime] = {}
    for exchange in report["exchanges"]:
        host = urlsplit(exchange["request"]["url"]).netloc
        answer = exchange["response"] if host in hosts and not exchange.get("incoming") else None
        moment = date_of(answer["headers"]) if answer else None
        if moment:
            newest[host] = max(moment, newest.get(host, moment))
    return [
        f"the newest answer of {host} is dated {at:%Y-%m-%dT%H:%M:%SZ}, outside of the run: one clock was wrong"
        for host, at in newest.items()
        if not started - CLOCKS <= at <= ended + CLOCKS
    ]
