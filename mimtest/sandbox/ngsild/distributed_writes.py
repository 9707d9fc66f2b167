"""The changes of one entity, as they are made everywhere (5.6.1 to 5.6.6, 5.6.17 to 5.6.19)."""

from typing import Any, Final

from mimtest.sandbox.ngsild import attributes, writes
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.distributed_writes_change import (
    Change,
    by_body,
    by_id,
    by_path,
    everywhere,
)


def _read_merge(call: Call, data: Any) -> object:
    simplified = call.form() == "simplified"
    lang = call.params.get("lang")
    reader = call.reader(nulls=True, partial=True, simplified=simplified, lang=lang)
    return reader.fragment(data)


_WHOLE: Final = by_body(lambda call, data: call.reader().entity(data))
_PART: Final = by_body(lambda call, data: call.reader().fragment(data))
_PART_WITH_NULLS: Final = by_body(lambda call, data: call.reader(nulls=True).fragment(data))

create_entity: Final = everywhere(Change("createEntity", _WHOLE, writes.create_entity))
replace_entity: Final = everywhere(Change("replaceEntity", _PART, writes.replace_entity))
merge_entity: Final = everywhere(Change("mergeEntity", by_body(_read_merge), writes.merge_entity))
delete_entity: Final = everywhere(Change("deleteEntity", by_id, writes.delete_entity))
append_attributes: Final = everywhere(
    Change("appendAttrs", _PART, attributes.append_attributes, of_attributes=True)
)
update_attributes: Final = everywhere(
    Change("updateEntity", _PART_WITH_NULLS, attributes.update_attributes, of_attributes=True)
)
update_attribute: Final = everywhere(
    Change("updateAttrs", by_path, attributes.update_attribute, of_attributes=True)
)
replace_attribute: Final = everywhere(
    Change("replaceAttrs", by_path, attributes.replace_attribute, of_attributes=True)
)
delete_attribute: Final = everywhere(
    Change("deleteAttrs", by_path, attributes.delete_attribute, of_attributes=True)
)
