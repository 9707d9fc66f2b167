"""Notifications over MQTT (7.2): a message with metadata and body, to the topic that an address names."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from mimtest.sandbox.http import Request, dump
from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.sending import request_to
from mimtest.sandbox.sending_mqtt import PORTS, QOS, VERSIONS


def is_mqtt(uri: str) -> bool:
    """Whether an endpoint is told over MQTT."""
    return uri.partition(":")[0].lower() in PORTS


def require_publishable(uri: str, notifier: Mapping[str, str]) -> None:
    """Raise NgsiError (BadRequestData) for an MQTT endpoint that nothing can be sent to."""
    if not is_mqtt(uri):
        return
    try:
        parts = urlsplit(uri)
        is_whole = parts.hostname and parts.port != 0 and len(parts.path) > 1
    except ValueError:
        is_whole = False
    if not is_whole:
        raise bad_data("the uri of an MQTT endpoint has a host and a topic")
    for name, known in (("MQTT-QoS", QOS), ("MQTT-Version", tuple(VERSIONS))):
        if notifier.get(name, known[0]) not in known:
            raise bad_data(f"{name} is one of {', '.join(known)}")


def published(
    uri: str, notifier: Mapping[str, str], metadata: dict[str, str], value: dict[str, Any]
) -> Request:
    """The message that brings a notification to its topic; its fields are what the notifier is told."""
    return request_to("PUBLISH", uri, dict(notifier), dump({"metadata": metadata, "body": value}))
