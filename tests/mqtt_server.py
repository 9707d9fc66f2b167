"""A real MQTT 5.0 server on a free port."""

from contextlib import contextmanager

from anyio.from_thread import start_blocking_portal
from moat.lib.mqtt.async_broker import AsyncMQTTBroker


@contextmanager
def mqtt_server():
    """Give the address of a server that serves as long as the block runs."""
    broker = AsyncMQTTBroker(("127.0.0.1", 0))
    with start_blocking_portal() as portal:
        serving, port = portal.start_task(broker.serve)
        try:
            yield f"mqtt://127.0.0.1:{port}"
        finally:
            serving.cancel()
