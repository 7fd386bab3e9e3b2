"""The ledger: a Merkle log of what happened, provable without trusting the operator."""

from azalai.ledger.checkpoint import Checkpoint, open_checkpoint
from azalai.ledger.entries import draft, entry
from azalai.ledger.log import append, make_checkpoint, make_proof
from azalai.ledger.note import Signer, Verifier, parse_vkey
from azalai.ledger.proof import verify_proof
from azalai.ledger.storage import Head, LedgerStorage

__all__ = [
    "Checkpoint",
    "Head",
    "LedgerStorage",
    "Signer",
    "Verifier",
    "append",
    "draft",
    "entry",
    "make_checkpoint",
    "make_proof",
    "open_checkpoint",
    "parse_vkey",
    "verify_proof",
]
