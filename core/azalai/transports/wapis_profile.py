"""The WAPIS-style wire profile (ours, no conformance claimed): paths, requests, answers.

    POST {base}/v1/messages
        Idempotency-Key: "<key>"      one message: its key; several: `batch_key` of their keys
        {"messages": [{"key", "operation", "kind", "media_type", "body_base64"}, ...]}
        200 {"results": [{"key", "status", "receipt" | "reason", "detail"}, ...]}
            one a message, in the same order; `status` is accepted, duplicate, refused, deferred
    POST {base}/v1/messages/status
        {"keys": [...]}
        200 {"results": [{"key", "status": accepted | refused | absent, "receipt" | "reason"}, ...]}
    GET {base}/v1/health
        200 {"status": "ok"}

A receipt is an object `{"key", "sha256", "at", "signature"}`, `sha256` that of the body's bytes;
`signature` is that of `receipts.signed_bytes`, Ed25519, in hex.
Everything else is answered with `application/problem+json` (RFC 9457). `Idempotency-Key` is a
Structured Field string (RFC 9651, section 3.3.3), as in
draft-ietf-httpapi-idempotency-key-header-07.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import orjson

from azalai.plugin.transport import (
    Absent,
    Answer,
    Deferred,
    Delivered,
    Has,
    Message,
    NoAnswer,
    Outcome,
    Refused,
    RefusedIt,
    Unknown,
)
from azalai.transports.receipts import Checker

MESSAGES = "/v1/messages"
STATUS = "/v1/messages/status"
HEALTH = "/v1/health"
IDEMPOTENCY_KEY = "Idempotency-Key"
PROBLEM = "application/problem+json"
BODY_DIFFERS = "body-differs"  # last segment of the problem type: same key, other bytes

UNREADABLE = "answer_unreadable"
_DETAIL_MAX = 2000
_REASON = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def batch_key(keys: Sequence[str]) -> str:
    """The request's own key: that of its one message, else SHA-256 (hex) of the keys in order."""
    return keys[0] if len(keys) == 1 else sha256("\n".join(keys).encode()).hexdigest()


def quoted(key: str) -> str:
    """A key as a Structured Field string. ValueError for what is not printable ASCII."""
    if not key or not all(" " <= letter <= "~" for letter in key):
        raise ValueError("an idempotency key is printable ASCII")
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


def encode_messages(messages: Sequence[Message]) -> bytes:
    """The body of `POST /v1/messages`."""
    return orjson.dumps(
        {
            "messages": [
                {
                    "key": m.key,
                    "operation": m.operation,
                    "kind": m.kind,
                    "media_type": m.media_type,
                    "body_base64": b64encode(m.body).decode(),
                }
                for m in messages
            ]
        }
    )


def encode_keys(keys: Sequence[str]) -> bytes:
    """The body of `POST /v1/messages/status`."""
    return orjson.dumps({"keys": list(keys)})


def outcomes(answer: bytes, messages: Sequence[Message], checker: Checker) -> list[Outcome]:
    """What a 200 says of each message. An answer that is broken, short, or about other keys leaves
    all of them `Unknown`: the destination may have taken them. So does a receipt that `checker`
    does not take."""
    results = _results(answer, [m.key for m in messages])
    if results is None:
        return [Unknown(UNREADABLE) for _ in messages]
    return [_outcome(r, m, checker) for r, m in zip(results, messages, strict=True)]


def answers(answer: bytes, keys: Sequence[str], checker: Checker) -> list[Answer]:
    """What a 200 says of each key asked for; `NoAnswer` for all if it cannot be read."""
    results = _results(answer, keys)
    if results is None:
        return [NoAnswer(UNREADABLE) for _ in keys]
    return [_answer(r, key, checker) for r, key in zip(results, keys, strict=True)]


def reason_of(text: object, otherwise: str) -> str:
    """A short code fit for logs: the last segment of a problem type or a destination's code."""
    if not isinstance(text, str):
        return otherwise
    last = re.split(r"[/:#]", text)[-1]
    return last if _REASON.fullmatch(last) and last != "blank" else otherwise


def problem(content: bytes, media_type: str) -> dict[str, Any]:
    """The members of an RFC 9457 problem; empty if the body is none."""
    if media_type.split(";", maxsplit=1)[0].strip().lower() != PROBLEM:
        return {}
    parsed = _json(content)
    return parsed if isinstance(parsed, dict) else {}


def detail_of(value: object) -> str:
    """The destination's words, cut to what is worth keeping."""
    return value[:_DETAIL_MAX] if isinstance(value, str) else ""


def _outcome(result: dict[str, Any], message: Message, checker: Checker) -> Outcome:
    match result.get("status"):
        case "accepted" | "duplicate":
            receipt = _receipt(result, message.key)
            if receipt is None:
                return Unknown(UNREADABLE)
            if result["receipt"].get("sha256") != sha256(message.body).hexdigest():
                return Unknown("receipt_of_other_bytes")
            if not checker.holds(result["receipt"]):
                return Unknown("receipt_signature")
            return Delivered(receipt)
        case "refused":
            return Refused(
                reason_of(result.get("reason"), "refused"), detail_of(result.get("detail"))
            )
        case "deferred":
            return Deferred(reason_of(result.get("reason"), "deferred"))
        case _:
            return Unknown(UNREADABLE)


def _answer(result: dict[str, Any], key: str, checker: Checker) -> Answer:
    match result.get("status"):
        case "accepted":
            receipt = _receipt(result, key)
            if receipt is None:
                return NoAnswer(UNREADABLE)
            signed = checker.holds(result["receipt"])
            named = result["receipt"].get("sha256")
            told = named if isinstance(named, str) else None
            return Has(receipt, told) if signed else NoAnswer("receipt_signature")
        case "refused":
            return RefusedIt(
                reason_of(result.get("reason"), "refused"), detail_of(result.get("detail"))
            )
        case "absent":
            return Absent()
        case _:
            return NoAnswer(UNREADABLE)


def _receipt(result: dict[str, Any], key: str) -> bytes | None:
    receipt = result.get("receipt")
    if not isinstance(receipt, dict) or receipt.get("key") != key:
        return None
    return orjson.dumps(receipt)


def _results(answer: bytes, keys: Sequence[str]) -> list[dict[str, Any]] | None:
    parsed = _json(answer)
    results = parsed.get("results") if isinstance(parsed, dict) else None
    if not isinstance(results, list) or not all(isinstance(r, dict) for r in results):
        return None
    return results if [r.get("key") for r in results] == list(keys) else None


def _json(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
