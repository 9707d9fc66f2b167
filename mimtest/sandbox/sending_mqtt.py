"""What the platform sends over MQTT (GS CIM 009 7.2)."""

import time
from threading import Event
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from mimtest.sandbox.http import Request, Response

#: By scheme the port where an address names none.
PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
#: By `MQTT-QoS` of the notifierInfo, and by `MQTT-Version` the level of the protocol.
QOS: Final = ("0", "1", "2")
VERSIONS: Final = {"mqtt3.1.1": 4, "mqtt5.0": 5}


class Unpublished(Exception):  # noqa: N818 - a message that is not there
    """The server did not take the message; `late` tells whether that was a matter of time."""

    def __init__(self, why: str, *, late: bool = False) -> None:
        super().__init__(why)
        self.late = late


def publish(request: Request, seconds: float) -> Response:
    """Publish a body under the topic that the path is, within so many seconds. Raises Unpublished.

    The fields `mqtt-qos` and `mqtt-version` tell how.
    """
    try:
        from paho.mqtt.client import Client  # noqa: PLC0415 (an extra)
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion  # noqa: PLC0415
    except ImportError:
        raise Unpublished("the extra 'mqtt' is not installed") from None
    parts, end = urlsplit(request.base), time.monotonic() + seconds
    level = VERSIONS[request.headers.get("mqtt-version", "mqtt5.0")]
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion(level))
    client.connect_timeout = seconds
    answered, refused = Event(), []

    def connected(_: Client, __: Any, ___: Any, reason: Any, ____: Any) -> None:
        if reason.is_failure:
            refused.append(str(reason))
        answered.set()

    client.on_connect = connected
    _secure(client, parts)
    try:
        client.connect(parts.hostname or "", parts.port or PORTS[parts.scheme])
        client.loop_start()
        if not answered.wait(end - time.monotonic()) or refused:
            raise Unpublished("".join(refused) or "no CONNACK", late=not refused)
        topic = unquote(request.raw_path.removeprefix("/"))
        told = client.publish(topic, request.body, int(request.headers.get("mqtt-qos", "0")))
        told.wait_for_publish(max(0.0, end - time.monotonic()))
        if not told.is_published():
            raise Unpublished("no acknowledgement", late=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise Unpublished(type(error).__name__, late=isinstance(error, TimeoutError)) from None
    finally:
        client.disconnect()
        client.loop_stop()
    return Response(200)


def _secure(client: Any, parts: SplitResult) -> None:
    if parts.scheme == "mqtts":
        client.tls_set()
    if parts.username is not None:
        client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
