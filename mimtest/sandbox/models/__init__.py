"""The city's data models, published: schemas, documentation, examples, a profile, a mapping, a catalogue."""

from mimtest.sandbox.models.service import PREFIX, ModelsService

__all__ = ["PREFIX", "ModelsService"]
