"""How the broker sends: what it was given to send with."""

from dataclasses import dataclass

from mimtest.sandbox.sending import Send, send


@dataclass(slots=True)
class Outgoing:
    """Sends what the broker has to say by itself; through the faults, once it is part of a platform."""

    send: Send = send
