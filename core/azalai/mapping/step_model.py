"""What a step of the mapping language is: its types, its arguments, what it makes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from azalai.documents import Text

from .code_table import CodeTable
from .expression import Call

ValueType = Literal["text", "integer", "date", "partial_date", "name", "code"]
Run = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Made:
    """A step with its arguments: the type it gives, and what runs.

    `whole` takes a list as one value; `columns` is how many columns `all(…)` must then name, 0
    for any number.
    """

    gives: ValueType
    run: Run
    gives_list: bool = False
    whole: bool = False
    columns: int = 0


@dataclass(frozen=True, slots=True)
class Setting:
    """What a step may use beside its arguments: code tables, the day, the field's needs.

    `bare` makes `code` give the common value alone; `evidence` makes `date` keep the original;
    `countries` is whether ambiguous adjectives park; `categories` whether a category is needed.
    """

    tables: Mapping[str, CodeTable]
    day: date
    bare: bool = False
    evidence: bool = False
    countries: bool = False
    categories: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the language: how it is written, what it takes, what it does."""

    name: str
    written: str
    takes: ValueType
    gives: str
    summary: Text
    make: Callable[[Call, Setting], Made]
