"""The common code lists by name: what `azalai schema --list` shows and the models check."""

from collections.abc import Mapping
from types import MappingProxyType

from .code_list import CodeList
from .codes_case import CASE
from .codes_items import ITEMS
from .codes_person import PERSON
from .codes_record import COMMON
from .countries import COUNTRY

LISTS: Mapping[str, CodeList] = MappingProxyType(
    {item.name: item for item in (*COMMON, *PERSON, *CASE, *ITEMS, COUNTRY)}
)
