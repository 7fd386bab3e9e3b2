"""Figures of a whole store, and the signed pages that are made of the ledger."""

from azalai.reports.figures import conservation, destinations, feeds, ledger

__all__ = ["conservation", "destinations", "feeds", "ledger"]
