"""The changes of the past of one entity, as they are made everywhere (5.6.11 to 5.6.16)."""

from typing import Final

from mimtest.sandbox.ngsild import temporal_writes as writes
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.distributed_writes_change import (
    Act,
    Change,
    Find,
    by_body,
    by_id,
    by_path,
    everywhere,
)
from mimtest.sandbox.ngsild.temporal_reading import read_evolution


def _in_history(call: Call, id_: str) -> tuple[str, ...] | None:
    return next((e.types for e in call.tenant.history.all() if e.id == id_), None)


def _change(operation: str, find: Find, act: Act, *, of_attributes: bool = True) -> Act:
    return everywhere(Change(operation, find, act, of_attributes, _in_history))


_PART: Final = by_body(lambda call, data: read_evolution(call.reader(), data))

provide_evolution: Final = _change(
    "upsertTemporal", _PART, writes.provide_evolution, of_attributes=False
)
delete_evolution: Final = _change(
    "deleteTemporal", by_id, writes.delete_evolution, of_attributes=False
)
add_instances: Final = _change("appendAttrsTemporal", _PART, writes.add_instances)
delete_timeline: Final = _change("deleteAttrsTemporal", by_path, writes.delete_timeline)
replace_instance: Final = _change("updateAttrInstanceTemporal", by_path, writes.replace_instance)
delete_instance: Final = _change("deleteAttrInstanceTemporal", by_path, writes.delete_instance)
