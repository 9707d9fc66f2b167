"""A subscriber at the MQTT server that the target file names, and what the product publishes there."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_hex
from threading import Condition
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from mimtest.errors import Inconclusive
from mimtest.network.client import Client
from mimtest.target import Interface

if TYPE_CHECKING:
    from paho.mqtt.client import Client as Link
    from paho.mqtt.client import MQTTMessage

#: What comes to a topic beyond is not kept.
MOST_MESSAGES: Final = 50
MOST_BYTES: Final = 1024 * 1024
#: Seconds that the server has for each step of a conversation.
SERVER_SECONDS: Final = 5.0
_PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
_HIGHEST_QOS: Final = 2
#: The qualities of service that a server is tried with.
_TRIED: Final = (0, 1)


@dataclass(frozen=True, slots=True)
class Server:
    """Where an MQTT server is."""

    scheme: str
    host: str
    port: int

    @property
    def address(self) -> str:
        """Its address for the product."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def server_of(interface: Interface) -> Server:
    """The MQTT server of an interface. Raises Inconclusive where the target file names none."""
    key = f"interfaces.{interface.name}.mqtt"
    if interface.mqtt is None:
        detail = f"{key}, the address of an MQTT server for product and tester, is not set"
        raise Inconclusive("precondition_unmet", detail)
    try:
        parts = urlsplit(interface.mqtt)
        return Server(parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme])
    except (ValueError, KeyError):
        raise Inconclusive("precondition_unmet", f"{key} is no address of a server") from None


@dataclass(frozen=True, slots=True)
class Published:
    """A message that came; `at` is on the monotonic clock, `exchange` its id in the report."""

    topic: str
    body: bytes
    qos: int
    at: float
    exchange: str


class Subscriber:
    """Takes what is published below a topic of our own, up to limits in number and size."""

    def __init__(self, client: Client, server: Server) -> None:
        self.client = client
        self.server = server
        self.root = f"mimtest/{token_hex(8)}"
        #: Whether the server passes messages on with the quality of service they are published with.
        self.keeps_qos = False
        #: Whether the connection has ended once: what came since then may have been missed.
        self.is_cut = False
        self._owners: dict[str, str | None] = {}
        self._came: list[Published] = []
        self._condition = Condition()

    def topic(self) -> "Topic":
        """A new topic; what comes there is evidence of the check that runs."""
        name = f"{self.root}/{token_hex(4)}"
        self._owners[name] = self.client.recorder.check_id
        return Topic(self, name)

    def take(self, message: "MQTTMessage") -> None:
        """Keep a message, and note it among the exchanges of the run."""
        if message.topic not in self._owners or len(message.payload) > MOST_BYTES:
            return
        with self._condition:
            if sum(m.topic == message.topic for m in self._came) < MOST_MESSAGES:
                self._came.append(self._noted(message))
                self._condition.notify_all()

    def _noted(self, message: "MQTTMessage") -> Published:
        recorder, body, qos = self.client.recorder, bytes(message.payload), message.qos
        url = f"{self.server.address}/{message.topic}"
        request = recorder.request("PUBLISH", url, (), body)
        silence = recorder.failure("unanswered", f"it came with QoS {qos}, and MQTT has no answers")
        noted = recorder.came(request, silence, self._owners[message.topic])
        return Published(message.topic, body, qos, time.monotonic(), noted.id)

    def cut(self) -> None:
        """Remember that the connection has ended."""
        self.is_cut = True

    def require_whole(self) -> None:
        """Raise Inconclusive when the connection has ended meanwhile: nothing follows from silence then."""
        if self.is_cut:
            detail = f"{self.server.address} has ended the connection"
            raise Inconclusive("unreachable", detail)

    def wait(self, enough: Callable[[list[Published]], bool], until: float) -> list[Published]:
        """The messages so far, as soon as they are enough, or at a moment of the monotonic clock."""
        with self._condition:
            self._condition.wait_for(lambda: enough(self._came), max(0, until - time.monotonic()))
            return list(self._came)


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic that the product is to publish to, and what came there."""

    subscriber: Subscriber
    name: str

    @property
    def url(self) -> str:
        """The address for the product."""
        return f"{self.subscriber.server.address}/{self.name}"

    def wait(self, number: int, until: float) -> list[Published]:
        """The messages so far, as soon as there are so many, or at a moment of the monotonic clock."""

        def own(came: list[Published]) -> list[Published]:
            return [m for m in came if m.topic == self.name]

        came = own(self.subscriber.wait(lambda all_: len(own(all_)) >= number, until))
        for message in came:
            self.subscriber.client.recorder.witness(message.exchange)
        return came


@contextmanager
def subscribed(client: Client) -> Iterator[Subscriber]:
    """A subscriber that has received messages of its own.

    Raises Inconclusive where no server is named, the extra is missing, or the server does not serve in MQTT 5.0.
    """
    server = server_of(client.interface)
    subscriber = Subscriber(client, server)
    link = _link()
    link.on_message = lambda _, __, message: subscriber.take(message)
    link.on_disconnect = lambda *_: subscriber.cut()
    try:
        _connect(link, server, subscriber.root)
        subscriber.keeps_qos = _tried(link, subscriber)
        yield subscriber
    finally:
        link.disconnect()
        link.loop_stop()


def _link() -> "Link":
    try:
        from paho.mqtt.client import Client as Link  # noqa: PLC0415 (an extra)
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion  # noqa: PLC0415
    except ImportError:
        detail = "the extra 'mqtt' is not installed: pip install 'mimtest[mqtt]'"
        raise Inconclusive("precondition_unmet", detail) from None
    link = Link(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    link.connect_timeout = SERVER_SECONDS
    return link


def _connect(link: "Link", server: Server, root: str) -> None:
    """Connect and subscribe. Raises Inconclusive."""
    from paho.mqtt.packettypes import PacketTypes  # noqa: PLC0415 (an extra)
    from paho.mqtt.properties import Properties  # noqa: PLC0415

    limits = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    limits.MaximumPacketSize = 2 * MOST_BYTES
    told: dict[str, list[Any]] = {}
    changed = Condition()

    def heard(step: str, reasons: list[Any]) -> None:
        with changed:
            told[step] = reasons
            changed.notify_all()

    def require(step: str) -> None:
        with changed:
            if not changed.wait_for(lambda: step in told, SERVER_SECONDS):
                raise Inconclusive("timeout", f"{server.address} does not let mimtest {step}")
        failed = next((r for r in told[step] if r.is_failure), None)
        if failed is not None:
            detail = f"{server.address} does not let mimtest {step} in MQTT 5.0: {failed}"
            raise Inconclusive("precondition_unmet", detail)

    link.on_connect = lambda _, __, ___, reason, ____: heard("connect", [reason])
    link.on_subscribe = lambda _, __, ___, reasons, ____: heard("subscribe", reasons)
    try:
        if server.scheme == "mqtts":
            link.tls_set_context(ssl.create_default_context())
        link.connect(server.host, server.port, properties=limits)
    except (OSError, ValueError) as error:
        detail = f"no MQTT server answers at {server.address}: {error}"
        raise Inconclusive("unreachable", detail) from None
    link.loop_start()
    require("connect")
    link.subscribe(f"{root}/#", qos=_HIGHEST_QOS)
    require("subscribe")


def _tried(link: "Link", subscriber: Subscriber) -> bool:
    """Whether messages of our own come with their quality of service. Raises Inconclusive when they do not come."""
    topic = subscriber.topic()
    for qos in _TRIED:
        link.publish(topic.name, b"mimtest", qos)
    came = topic.wait(len(_TRIED), time.monotonic() + SERVER_SECONDS)
    if len(came) < len(_TRIED):
        address = subscriber.server.address
        detail = f"{address} does not pass on what mimtest publishes to '{topic.name}'"
        raise Inconclusive("precondition_unmet", detail)
    return sorted(m.qos for m in came) == list(_TRIED)
