"""A first mapping from a sample: what the bytes say, what is guessed, what is missing."""

from azalai.drafting.apart import drafted
from azalai.drafting.fixed import ruler
from azalai.drafting.from_sample import Draft, draft
from azalai.drafting.structure import Wishes

__all__ = ["Draft", "Wishes", "draft", "drafted", "ruler"]
