"""Foreign bytes to finished bytes, in a child process with limits."""

from azalai.forks import prepare
from azalai.translate.files import Counts, translate_file
from azalai.translate.plan import Batch, ChildLimits, FeedPlan, Invalid, OutPlan, Plan
from azalai.translate.worker import Worker

__all__ = [
    "Batch",
    "ChildLimits",
    "Counts",
    "FeedPlan",
    "Invalid",
    "OutPlan",
    "Plan",
    "Worker",
    "prepare",
    "translate_file",
]
