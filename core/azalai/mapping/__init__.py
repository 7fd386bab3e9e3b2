"""Mappings: raw record -> common record -> message."""

from .date_orders import DateOrders
from .functions import Function, functions
from .inbound import check_inbound, load_inbound
from .inbound_examples import ExampleResult, run_examples
from .inbound_feed import compile_feed
from .inbound_model import Expect, InboundMapping, Lifecycle, Limit
from .inbound_rows import RowMaker, row_maker
from .outbound import load_outbound
from .outbound_compile import compile_outbound
from .outbound_examples import run_outbound_examples
from .outbound_model import OutboundMapping
from .rendering import Loss, NoPlace, Rendered, RenderJob
from .results import Declared, Parked, Rejected, Result, Translated

__all__ = [
    "DateOrders",
    "Declared",
    "ExampleResult",
    "Expect",
    "Function",
    "InboundMapping",
    "Lifecycle",
    "Limit",
    "Loss",
    "NoPlace",
    "OutboundMapping",
    "Parked",
    "Rejected",
    "RenderJob",
    "Rendered",
    "Result",
    "RowMaker",
    "Translated",
    "check_inbound",
    "compile_feed",
    "compile_outbound",
    "functions",
    "load_inbound",
    "load_outbound",
    "row_maker",
    "run_examples",
    "run_outbound_examples",
]
