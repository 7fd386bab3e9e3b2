"""azalai-verify.py: check a ledger's export or pack without Azalai.

One file, Python 3.9 or later, nothing but its standard library: `ledger export` puts a copy of it
beside every export. It reads C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy,
tlog-tiles (pruned ones too) and tlog-proof, RFC 6962 hashing, Ed25519 (RFC 8032) and canonical JSON (RFC 8785), each written here from its text.

    python3 azalai-verify.py DIR|FILE.azpack --card CARD
    python3 azalai-verify.py DIR|FILE.azpack --vkey KEY [--earlier CHECKPOINT] [--content FILE]
    python3 azalai-verify.py DIR|FILE.azpack --policy POLICY
    python3 azalai-verify.py DIR|FILE.azpack --unanchored

Exit 0: everything that was checked verifies. 3: something does not, and where. 2: wrong usage, or
no key from outside. Memory does not grow with the export.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import hmac
import io
import json
import os
import re
import stat
import struct
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timezone
from typing import Any, BinaryIO, NamedTuple

Said = tuple[str, str]
"""A sentence in French and in English."""
Entry = dict[str, Any]

WIDTH = 256
HASH = 32
ENTRY_MAX = 65_535
NOTE_MAX = 1_000_000
SIGNATURES_MAX = 100
LEVELS_MAX = 8
FINDINGS_MAX = 50
OPENINGS_MAX = 64 << 20
PROGRAM_MAX = 1 << 20
CONTENT_MAX = 64 << 20
PACK_MAX = 64 << 20
MEMBERS_MAX = 500
PACKED_ENTRIES_MAX = 20_000
EMPTY_ROOT = hashlib.sha256(b"").digest()
PROOF_HEADER = "c2sp.org/tlog-proof@v1"
PROGRAM, PAGE, OPENINGS = "azalai-verify.py", "verify.html", "openings.ndjson"
COSIGNED, COSIGNED_PROOF = "cosigned", "cosigned.proof"
POLICY_MAX = 65_536
RULES_MAX = 32
LOG_KEY, WITNESS_KEY = 1, 4
TYPES = frozenset(
    "recorded sending outcome held released withdrawn recall run act consulted configured erased"
    " clock".split()
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class Refused(Exception):  # noqa: N818 (it is not an error of this program)
    """Evidence is not as it must be; `said` is in French and English."""

    def __init__(self, where: str, fr: str, en: str) -> None:
        super().__init__(f"{where}: {en}")
        self.where = where
        self.said = (fr, en)


class Report:
    """What was found wrong (`findings`), what is worth knowing (`notes`), what was counted."""

    def __init__(self) -> None:
        self.findings: list[tuple[str, Said]] = []
        self.notes: list[Said] = []
        self.more = 0
        self.size = 0
        self.origin = ""
        self.pack = False
        self.cosigned = 0
        self.cosigned_by: dict[str, int] = {}
        self.quorum: bool | None = None

    def wrong(self, where: str, fr: str, en: str) -> None:
        """Note one finding; the first `FINDINGS_MAX` are kept."""
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append((where, (fr, en)))
        else:
            self.more += 1

    def note(self, fr: str, en: str) -> None:
        """Note something that is not wrong."""
        self.notes.append((fr, en))


# ------------------------------------------------------------------ Ed25519, RFC 8032 section 5.1
_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_SQRT_M1 = pow(2, (_P - 1) // 4, _P)

Point = tuple[int, int, int, int]
"""Extended coordinates X, Y, Z, T of section 5.1.4."""


def _add(one: Point, two: Point) -> Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % _P
    b = (one[1] + one[0]) * (two[1] + two[0]) % _P
    c = 2 * one[3] * two[3] * _D % _P
    d = 2 * one[2] * two[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(number: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = _add(result, point)
        point = _add(point, point)
        number >>= 1
    return result


def _decode_point(data: bytes) -> Point | None:
    """Section 5.1.3; None for what is not a point, or not written the one right way."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _SQRT_M1 % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return (x, y, 1, x * y % _P)


_BASE = _decode_point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


def ed25519_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Section 5.1.7, without cofactor: [S]B - [k]A, encoded, is the signature's first half."""
    if len(public) != 32 or len(signature) != 64 or _BASE is None:
        return False
    point = _decode_point(public)
    s = int.from_bytes(signature[32:], "little")
    if point is None or s >= _ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(digest, "little") % _ORDER
    negative = (_P - point[0], point[1], point[2], _P - point[3])
    x, y, z, _ = _add(_times(s, _BASE), _times(k, negative))
    inverse = pow(z, _P - 2, _P)
    x, y = x * inverse % _P, y * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# ------------------------------------------------------------------ keys, notes, checkpoints
class Key(NamedTuple):
    """A public key with its name: a log's (type 0x01) or a witness's (0x04)."""

    name: str
    public: bytes
    kind: int = LOG_KEY

    @property
    def key_id(self) -> bytes:
        """SHA-256(name, newline, type, public key), its first four bytes."""
        material = bytes([self.kind]) + self.public
        return hashlib.sha256(self.name.encode() + b"\n" + material).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key's written form."""
        material = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"


class Checkpoint(NamedTuple):
    """A log's name, its number of entries, its RFC 6962 root; which of our keys signed it."""

    origin: str
    size: int
    root: bytes
    signed: tuple[Key, ...] = ()


def _base64(text: str) -> bytes | None:
    """The bytes of the one right spelling, or None."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None


def _is_name(name: str) -> bool:
    return bool(name) and not any(c.isspace() or c == "+" or c < " " for c in name)


def parse_vkey(text: str, kind: int = LOG_KEY) -> Key:
    """`name+<key id>+base64(type, public key)`, in its one right spelling. Refused."""
    name, _, rest = text.partition("+")
    material = _base64(rest.partition("+")[2])
    if _is_name(name) and material is not None and len(material) == 33 and material[0] == kind:
        key = Key(name, material[1:], kind)
        if key.vkey == text:
            return key
    if kind == WITNESS_KEY:
        raise Refused("vkey", "ce n'est pas une clé de cosignataire bien écrite",
                      "not a witness's key, well written")  # fmt: skip
    raise Refused("vkey", "ce n'est pas une clé de registre bien écrite",
                  "not a log's key, well written")  # fmt: skip


Line = tuple[str, bytes, bytes]
"""A signature line: the key's name, its id, what comes after."""


def parse_note(data: bytes) -> tuple[str, list[Line]]:
    """A note's text and signature lines, nothing verified. Refused."""
    where = "checkpoint"
    if len(data) > NOTE_MAX:
        raise Refused(where, "trop long", "too long")
    try:
        text, gap, block = data.decode("utf-8").rpartition("\n\n")
    except UnicodeDecodeError:
        raise Refused(where, "n'est pas de l'UTF-8", "not UTF-8") from None
    text += "\n"
    if not gap or not block.endswith("\n") or any(c < " " and c != "\n" for c in text):
        raise Refused(where, "n'est pas une note signée", "not a signed note")
    lines = block[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise Refused(where, "trop de signatures", "too many signatures")
    found = []
    for line in lines:
        name, _, encoded = line[2:].partition(" ")
        material = _base64(encoded)
        if line[:2] != "\u2014 " or not _is_name(name) or material is None or len(material) < 5:
            raise Refused(where, "une signature est mal écrite", "a signature is malformed")
        found.append((name, material[:4], material[4:]))
    return text, found


def signers_of(data: bytes, *keys: Key) -> tuple[str, tuple[Key, ...]]:
    """A note's text and which of `keys` signed it, one at least. Refused."""
    text, lines = parse_note(data)
    signed = []
    for key in keys:
        mine = [line[2] for line in lines if line[:2] == (key.name, key.key_id)]
        if not all(ed25519_verifies(key.public, text.encode(), one) for one in mine):
            raise Refused("checkpoint", "la signature n'est pas celle de la clé sur ce texte",
                          "the signature is not the key's over this text")  # fmt: skip
        if mine:
            signed.append(key)
    if not signed:
        raise Refused("checkpoint", "n'est pas signé par la clé donnée",
                      "not signed by the key given")  # fmt: skip
    return text, tuple(signed)


def open_note(data: bytes, *keys: Key) -> str:
    """A note's text, signed by one of `keys` and malformed nowhere. Refused."""
    return signers_of(data, *keys)[0]


def open_checkpoint(data: bytes, *keys: Key) -> Checkpoint:
    """A signed checkpoint of the log that `keys` name. Refused."""
    text, signed = signers_of(data, *keys)
    origin, *rest = text[:-1].split("\n")
    root = _base64(rest[1]) if len(rest) > 1 else None
    if origin != keys[0].name:
        raise Refused("checkpoint", "celui d'un autre registre", "another log's")
    if root is None or len(root) != HASH or not _SIZE.fullmatch(rest[0]) or not all(rest):
        raise Refused("checkpoint", "n'est pas un scellé", "not a checkpoint")
    return Checkpoint(origin, int(rest[0]), root, signed)


# ------------------------------------------------------------------ witnesses: who must cosign
class Policy(NamedTuple):
    """Witnesses by the name that the rule gives them; groups (how many of which); what must be met.
    C2SP tlog-policy, or a card's witnesses and number."""

    witnesses: dict[str, Key]
    groups: dict[str, tuple[int, list[str]]]
    quorum: str
    demanded: bool = False

    def met(self, names: Iterable[str]) -> bool:
        """Whether these witnesses are enough. A group refers only to what stands before it."""
        have = set(names)
        for group, (least, members) in self.groups.items():
            if sum(member in have for member in members) >= least:
                have.add(group)
        return self.quorum == "none" or self.quorum in have


def cosigned_by(data: bytes, policy: Policy) -> dict[str, int]:
    """Which witnesses cosigned a checkpoint, and when (POSIX seconds). Refused where a line by one
    of them is not over this text: such a note is rejected whole."""
    text, lines = parse_note(data)
    found: dict[str, int] = {}
    for name, key in policy.witnesses.items():
        for line in lines:
            if line[:2] != (key.name, key.key_id):
                continue
            time = int.from_bytes(line[2][:8], "big")
            message = f"cosignature/v1\ntime {time}\n{text}".encode()
            if not 0 < time < 1 << 63 or not ed25519_verifies(key.public, message, line[2][8:]):
                raise Refused("checkpoint", f"la cosignature de {name} n'est pas sur ce texte",
                              f"the cosignature by {name} is not over this text")  # fmt: skip
            found.setdefault(name, time)
    return found


def read_policy(text: str) -> tuple[list[Key], Policy]:
    """The logs and the rule of a C2SP tlog-policy file. Refused."""
    logs: list[Key] = []
    policy, quorums = Policy({}, {}, "none", demanded=True), []
    used: set[str] = set()
    if any((c < " " and c not in "\n\t") or c == "\x7f" for c in text):
        raise _bad_policy("un caractère de commande", "a control character")
    for line in text.split("\n"):
        words = [word for word in re.split("[ \t]+", line) if word]
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "log" and len(words) in (2, 3):
            logs.append(parse_vkey(words[1]))
        elif words[0] == "witness" and len(words) in (3, 4):
            _define(policy, words[1])
            policy.witnesses[words[1]] = parse_vkey(words[2], WITNESS_KEY)
        elif words[0] == "group" and len(words) > 3:
            _define(policy, words[1])
            policy.groups[words[1]] = _group(policy, words[2], words[3:], used)
        elif words[0] == "quorum" and len(words) == 2:
            quorums.append(words[1])
            if words[1] != "none" and words[1] not in {*policy.witnesses, *policy.groups}:
                raise _bad_policy(f"quorum : {words[1]} n'est pas défini plus haut",
                                  f"quorum: {words[1]} is not defined above")  # fmt: skip
        else:
            raise _bad_policy(f"ligne inconnue : {words[0]}", f"an unknown line: {words[0]}")
    publics = [key.public for key in (*logs, *policy.witnesses.values())]
    if len(quorums) != 1:
        raise _bad_policy("il faut une seule ligne quorum", "exactly one quorum line is needed")
    if len(set(publics)) < len(publics):
        raise _bad_policy("une clé y est deux fois", "a key stands in it twice")
    if max(len(logs), len(policy.witnesses), len(policy.groups)) > RULES_MAX:
        raise _bad_policy("trop de lignes", "too many lines")
    return logs, policy._replace(quorum=quorums[0])


def _define(policy: Policy, name: str) -> None:
    if name == "none" or name in policy.witnesses or name in policy.groups:
        raise _bad_policy(f"le nom {name} est déjà pris", f"the name {name} is taken")


def _group(policy: Policy, least: str, members: list[str], used: set[str]) -> tuple[int, list[str]]:
    """Each name is a member at most once, of a line above."""
    for name in members:
        if name not in policy.witnesses and name not in policy.groups:
            raise _bad_policy(f"{name} n'est pas défini plus haut", f"{name} is not defined above")
        if name in used:
            raise _bad_policy(f"{name} est dans deux groupes", f"{name} is a member twice")
        used.add(name)
    number = {"any": "1", "all": str(len(members))}.get(least, least)
    if not re.fullmatch("[1-9][0-9]?", number) or int(number) > len(members):
        raise _bad_policy(f"{least} parmi {len(members)}", f"{least} of {len(members)}")
    return int(number), members


def _bad_policy(fr: str, en: str) -> Refused:
    return Refused("policy", fr, en)


# ------------------------------------------------------------------ the card: a key on paper
_FIRST = "ba ta fa ka la ma ra sa bo to fo ko lo mo ro so".split()
_SECOND = "di ki ni ri vi zi chi fi dou kou nou rou vou zou chou fou".split()
WORDS = [first + second for first in _FIRST for second in _SECOND]
"""256 words of our own, one a byte: two syllables that can be said by telephone."""
CARD_WORDS = 16


def fingerprint(vkey: str) -> bytes:
    """SHA-256 of the key's written form, without a newline."""
    return hashlib.sha256(vkey.encode()).digest()


def words_of(vkey: str) -> list[str]:
    """The first 128 bits of the fingerprint as 16 words."""
    return [WORDS[byte] for byte in fingerprint(vkey)[:CARD_WORDS]]


class Anchor(NamedTuple):
    """What the reader brought: a key, or fingerprints (whole or the first 16 bytes) of one; the
    log's earlier keys with the instant of their end; who must have cosigned."""

    key: Key | None
    prints: tuple[bytes, ...]
    ended: tuple[tuple[Key, str], ...] = ()
    policy: Policy | None = None

    def fits(self, key: Key) -> bool:
        """Whether this is the key that is meant."""
        whole = fingerprint(key.vkey)
        return self.key in (None, key) and all(whole[: len(p)] == p for p in self.prints)


def _print_of(text: str) -> bytes | None:
    """A fingerprint from 64 hex digits or 16 words, or None."""
    parts = text.lower().split()
    if len(parts) == CARD_WORDS and all(part in WORDS for part in parts):
        return bytes(WORDS.index(part) for part in parts)
    digits = "".join(parts)
    return bytes.fromhex(digits) if re.fullmatch("[0-9a-f]{64}", digits) else None


def read_card(text: str) -> Anchor:
    """A card as `azalai ledger card` prints it, or only its words or hex digits. Refused."""
    key, prints, ended, least = None, [], [], 0
    witnesses: dict[str, Key] = {}
    for line in text.splitlines():
        label, _, value = line.strip().rpartition(": ")
        if label.endswith("old key"):
            ended.append(_old_key(value))
        elif label.endswith("key"):
            key = parse_vkey(value.strip())
        elif label.endswith("witness"):
            made = parse_vkey(value.strip(), WITNESS_KEY)
            witnesses[made.name] = made
        elif label.endswith("quorum"):
            least = int(value) if re.fullmatch("[1-9][0-9]?", value.strip()) else -1
        elif label.endswith(("fingerprint", "words")):
            prints.append(_print_of(value))
    if key is None and not prints and "+" in text:
        key = parse_vkey(text.strip())
    elif key is None and not prints:
        prints.append(_print_of(text))
    known = tuple(p for p in prints if p is not None)
    if len(known) < len(prints):
        raise Refused("card", "la carte est mal écrite", "the card is malformed")
    if key is not None and not Anchor(None, known).fits(key):
        raise Refused("card", "la clé et l'empreinte de la carte ne vont pas ensemble",
                      "the card's key and its fingerprint do not go together")  # fmt: skip
    if not (least == len(witnesses) == 0 or 0 < least <= len(witnesses) <= RULES_MAX):
        raise Refused("card", "ses cosignataires et leur nombre ne vont pas ensemble",
                      "its witnesses and their number do not go together")  # fmt: skip
    return Anchor(key, known, tuple(ended), _card_policy(witnesses, least))


def _card_policy(witnesses: dict[str, Key], least: int) -> Policy | None:
    return Policy(witnesses, {" ": (least, list(witnesses))}, " ") if witnesses else None


def _old_key(value: str) -> tuple[Key, str]:
    """`VKEY until TIME`."""
    vkey, _, until = value.strip().partition(" until ")
    if not _TIME.fullmatch(until):
        raise Refused("card", "la fin d'une ancienne clé est mal écrite",
                      "the end of an old key is malformed")  # fmt: skip
    return parse_vkey(vkey), until


def _keys_inside(inside: bytes | None, report: Report) -> list[Key]:
    """The log's keys that came along, one a line, the newest first."""
    if inside is None:
        return []
    try:
        found = [parse_vkey(line) for line in inside.decode("utf-8").split("\n")[:-1]]
    except (Refused, UnicodeDecodeError):
        found = []
    if not found or inside != "".join(f"{key.vkey}\n" for key in found).encode():
        report.wrong("vkey", "la clé jointe est mal écrite", "the key inside is malformed")
    return found[:RULES_MAX]


def choose_keys(anchor: Anchor | None, inside: bytes | None, report: Report) -> tuple[Key, ...]:
    """The keys to check with, the newest first: the reader's; those inside only where one is the
    same. Refused."""
    found = _keys_inside(inside, report)
    fitting = [key for key in found if anchor is None or anchor.fits(key)]
    key = None if anchor is None else anchor.key
    key = key or next(iter(fitting or found), None)
    if key is None:
        raise Refused("vkey", "aucune clé : donnez --vkey", "no key: give --vkey")
    if anchor is not None and not anchor.fits(key):
        raise Refused("vkey", "la clé jointe n'est pas celle de la carte",
                      "the key inside is not the card's")  # fmt: skip
    ends = {} if anchor is None else dict(anchor.ended)
    if found and key not in found and found[0] in ends:
        report.wrong("vkey", "scellé avant la nouvelle clé, par une ancienne clé"
                     f" (fin {ends[found[0]]}) : prenez la carte de ce temps, ou un export d'aujourd'hui",
                     f"sealed before the new key, by an old one (end {ends[found[0]]}): take the"
                     " card of that time, or an export of today")  # fmt: skip
    elif found and key not in found:
        report.wrong("vkey", "la clé jointe n'est pas celle que vous avez donnée",
                     "the key inside is not the one you gave")  # fmt: skip
    elif found and key != found[0]:
        report.note("le registre a une clé plus récente : demandez sa nouvelle carte",
                    "the log has a newer key: ask for its new card")  # fmt: skip
    if anchor is None:
        return tuple(found)
    return (key, *(old for old, _ in anchor.ended if old != key))


# ------------------------------------------------------------------ RFC 6962 hashing
def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00, data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01, left, right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: list[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    sha = hashlib.sha256
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [sha(b"\x01" + left + next(pairs)).digest() for left in pairs]
    return hashes[0]


def root_of(levels: list[list[bytes]]) -> bytes:
    """The root of a tree from its unfinished tiles: `levels[0]` leaves, `levels[1]` above."""
    root: bytes | None = None
    for hashes in levels:
        end = len(hashes)
        for bit in range(end.bit_length()):
            if end >> bit & 1:
                node = fold(hashes[end - (1 << bit) : end])
                end -= 1 << bit
                root = node if root is None else node_hash(node, root)
    return EMPTY_ROOT if root is None else root


def check_inclusion(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    here, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            node = node_hash(sibling, node)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and hmac.compare_digest(node, root)


def check_consistency(first: int, second: int, path: list[bytes], one: bytes, two: bytes) -> bool:
    """RFC 9162 section 2.1.4.2: the log of `second` entries extends the log of `first`."""
    if not 0 <= first <= second or (first in (0, second) and path):
        return False
    if first in (0, second):
        return one == (EMPTY_ROOT if first == 0 else two)
    path = [one, *path] if first & (first - 1) == 0 else path
    here, last = first - 1, second - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    if not path:
        return False
    old = new = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            new = node_hash(new, node)
        here, last = here >> 1, last >> 1
    return last == 0 and old == one and new == two


# ------------------------------------------------------------------ entries
def _no_float(text: str) -> Any:
    raise ValueError(text)


_decoder = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float)
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def read_entry(data: bytes) -> Entry:
    """An entry from its exact bytes: one canonical JSON object. Refused."""
    try:
        entry = _decoder.decode(data.decode("utf-8"))
        again = _encode(entry).encode("utf-8")
    except (ValueError, RecursionError):
        raise Refused("", "n'est pas du JSON", "not JSON") from None
    if again != data or not isinstance(entry, dict):
        raise Refused("", "n'est pas du JSON canonique", "not canonical JSON")
    return dict(entry)


def read_all(bundle: list[bytes]) -> list[Entry]:
    """The same of many at once. Each object must end where its entry does; then what all of them
    encode to can only be what stands there if that is so of each. Refused: one of them is not."""
    try:
        text = "[" + b",".join(bundle).decode("utf-8") + "]"
        entries, at = [], 1
        for data in bundle:
            entry, end = _decoder.raw_decode(text, at)
            at += (len(data) if data.isascii() else len(data.decode("utf-8"))) + 1
            if end + 1 != at or not isinstance(entry, dict):
                raise ValueError
            entries.append(entry)
        if _encode(entries) != text:
            raise ValueError
    except (ValueError, RecursionError):
        raise Refused("", "n'est pas du JSON canonique", "not canonical JSON") from None
    return entries


ReadAll = Callable[[list[bytes]], list[Entry]]
"""Who has a faster JSON may bring it: as strict as `read_all`, which then names what is wrong."""


_TEXT_FORM = rb'"[ !#-\[\]-~]*"'
_NUMBER_FORM = rb"(?!-0|0[0-9])-?[0-9]{1,15}"
_WORD_FORM = rb"(?:true|false|null)"
_NAME = re.compile("[ !#-\\[\\]-~]{1,64}")
_PRINT = re.compile(rb'"([0-9a-f]{64})"')
FORMS_MAX, FORM_MAX, PARTS_MAX, CHOICES_MAX = 100, 4_000, 40, 8
Parts = tuple[bytes, ...]
"""Half an entry, as one pattern for each of its facts."""
SKIMMED_MAX = 1 << 20


class Forms:
    """The forms of the entries that were read one by one, as one pattern of bytes.

    What fits it is canonical JSON of a form that was seen, with other values: printable ASCII that
    needs no escape, whole numbers of at most 15 digits in their one spelling, true, false, null. An
    entry's form is in two halves, its names before `time` and those after `type`: any two halves
    make an object whose names are in order. What does not fit is only read the slower way.
    """

    def __init__(self) -> None:
        self.halves: tuple[set[Parts], set[Parts]] = (set(), set())
        self.pattern: re.Pattern[bytes] | None = None
        self.left = FORMS_MAX

    def learn(self, entries: list[Entry]) -> None:
        """Take the forms of entries that are canonical JSON; at most `FORMS_MAX` times."""
        if not self.left:
            return
        self.left -= 1
        before = [len(half) for half in self.halves]
        for entry in entries:
            halves = _halves(entry)
            if halves is not None and max(map(len, self.halves)) < FORMS_MAX:
                self.halves[0].add(halves[0])
                self.halves[1].add(halves[1])
        if before != [len(half) for half in self.halves]:
            head, tail = (_choice(sorted(half)) for half in self.halves)
            self.pattern = re.compile(
                rb"(?s)(..)(\{" + head + rb'("time":' + _TEXT_FORM + rb',"type":' + _TEXT_FORM
                + rb")" + tail + rb"\})")  # fmt: skip

    def split(self, data: bytes, width: int) -> tuple[tuple[bytes, ...], tuple[bytes, ...]] | None:
        """The entries of a bundle and, of each, `"time":"…","type":"…"`, where all of it fits: each
        entry ends where its length says, and nothing is between them. Else None."""
        if self.pattern is None or len(data) > SKIMMED_MAX:
            return None
        found = self.pattern.findall(data)
        if len(found) != width:
            return None
        sizes, entries, stamps = zip(*found)  # noqa: B905 (Python 3.9 knows no strict)
        lengths = list(map(len, entries))
        if sum(lengths) + 2 * width != len(data) or max(lengths) > ENTRY_MAX:
            return None
        if struct.pack(f">{width}H", *lengths) != b"".join(sizes):
            return None
        return entries, stamps


def _choice(halves: list[Parts]) -> bytes:
    """One pattern of several halves; what they begin with alike is tried once."""
    made, at = [], int(halves[:1] == [()])
    while at < len(halves):
        part = halves[at][0]
        begin = at
        while at < len(halves) and halves[at][:1] == (part,):
            at += 1
        made.append(part + _choice([half[1:] for half in halves[begin:at]]))
    if () in halves:
        made.append(b"")
    return made[0] if len(made) == 1 else b"(?:" + b"|".join(made) + b")"


def _halves(entry: Entry) -> tuple[Parts, Parts] | None:
    """The patterns of what stands before an entry's `time` and after its `type`, or None."""
    names = sorted(entry)
    head = [name for name in names if name < "time"]
    tail = [name for name in names if name > "type"]
    if [*head, "time", "type", *tail] != names:
        return None
    try:
        made = (tuple(_part(name, entry[name]) + b"," for name in head),
                tuple(b"," + _part(name, entry[name]) for name in tail))  # fmt: skip
    except ValueError:
        return None
    fit = all(len(half) <= PARTS_MAX and sum(map(len, half)) <= FORM_MAX for half in made)
    return made if fit else None


def _part(name: str, value: Any, inside: bool = False) -> bytes:
    if not _NAME.fullmatch(name):
        raise ValueError
    return b'"' + re.escape(name.encode()) + b'":' + _form(value, inside)


def _form(value: Any, inside: bool = False) -> bytes:
    """The pattern of one value. A list within a list is not taken (ValueError): so one text fits in
    one way only, and to find that it does not fit takes no longer than its length."""
    if isinstance(value, str):
        return _TEXT_FORM
    if value is None or isinstance(value, bool):
        return _WORD_FORM
    if isinstance(value, int):
        return _NUMBER_FORM
    if isinstance(value, dict):
        parts = [_part(name, value[name], inside) for name in sorted(value)]
        return rb"\{" + b",".join(parts) + rb"\}"
    choices = sorted({_form(one, inside=True) for one in value})
    if inside or len(choices) > CHOICES_MAX:
        raise ValueError
    if not choices:
        return rb"\[\]"
    one = b"(?:" + b"|".join(choices) + b")"
    return rb"\[" + one + b"(?:," + one + rb")*\]"


def disclosed(digests: Iterable[tuple[str, str]]) -> str:
    """What a `consulted` entry says of the files given out with it: SHA-256 over the lines
    `<sha256> <name>`, by name."""
    lines = "".join(f"{digest} {name}\n" for name, digest in sorted(digests))
    return hashlib.sha256(lines.encode()).hexdigest()


_TYPES = frozenset(kind.encode() for kind in TYPES)
_KEPT = frozenset((b"configured", b"act"))
_TIMED = re.compile(b'"time":"(' + _TIME.pattern.replace(r"\d", "[0-9]").encode()
                    + b')","type":"([^"]*)"')  # fmt: skip
_STAMP_TIME = len('"time":"2026-11-24T09:00:00.000000Z"')
_KEPT_FACTS = (b'"ledger_key"', b'"ledger_pruned"')


def _rises(stamps: Sequence[bytes]) -> bool:
    """Whether no time is before the one ahead of it; the part of a stamp before its type is of one
    length."""
    if len(set(stamps)) == 1:
        return True
    times = [stamp[:_STAMP_TIME] for stamp in stamps]
    return times == sorted(times)


class Entries:
    """Looks at the entries one by one: their form, their times, what they stand for."""

    def __init__(self, report: Report, foreign: bool, read: ReadAll = read_all) -> None:
        self.report = report
        self.read = read
        self.forms = Forms()
        self.foreign = foreign
        self.time = ""
        self.given: str | None = None
        self.given_at: int | None = None
        self.ends: dict[str, str] = {}
        self.prunings: dict[str, Entry] = {}
        self.wanted: dict[str, str] = {}
        self.stand_for: dict[str, list[int]] = {}

    def look(self, index: int, data: bytes) -> Entry | None:
        """Check one entry; None where it is not readable."""
        try:
            entry = read_entry(data)
        except Refused as err:
            self.report.wrong(f"entry {index}", *err.said)
            return None
        return entry if self._note(index, entry) else None

    def look_all(self, first: int, bundle: list[bytes]) -> None:
        """Check the entries of one bundle; of another's log nothing is asked."""
        if self.foreign:
            return
        try:
            entries = self.read(bundle)
        except Refused:  # which one?
            for index, data in enumerate(bundle, first):
                self.look(index, data)
            return
        for index, entry in enumerate(entries, first):
            self._note(index, entry)
        self.forms.learn(entries)

    def skim(self, data: bytes, width: int) -> tuple[bytes, ...] | None:
        """The entries of one bundle in known forms, of none of which there is anything to say or to
        keep; None where `look_all` has to look at them."""
        if self.foreign or (found := self.forms.split(data, width)) is None:
            return None
        entries, stamps = found
        seen = [_TIMED.fullmatch(one) for one in sorted(set(stamps))]
        times = [one[1].decode() for one in seen if one is not None]
        kinds = {one[2] for one in seen if one is not None}
        if (
            len(times) < len(seen)
            or not kinds <= _TYPES
            or times[0] < self.time
            or not _rises(stamps)
            or (kinds & _KEPT and any(what in data for what in _KEPT_FACTS))
            or (self.given is not None and self.given.encode() in data)
            or (self.wanted
                and not self.wanted.keys().isdisjoint(map(bytes.decode, _PRINT.findall(data))))
        ):  # fmt: skip
            return None
        self.time = times[-1]
        return entries

    def _note(self, index: int, entry: Entry) -> bool:
        """Check type and time, and keep what is looked for; whether it is one of ours."""
        kind, time = entry.get("type"), entry.get("time")
        if not isinstance(kind, str) or kind not in TYPES:
            self.report.wrong(f"entry {index}", "d'un type inconnu", "of an unknown type")
            return False
        if time != self.time:
            if not isinstance(time, str) or not _TIME.fullmatch(time):
                self.report.wrong(f"entry {index}", "sans heure", "without a time")
                return False
            if time < self.time:
                self.report.wrong(
                    f"entry {index}", "son heure précède celle de l'inscription d'avant",
                    "its time is before the previous entry's",
                )  # fmt: skip
            self.time = time
        if kind == "configured" and entry.get("subject") == "ledger_key":
            self.ends[str(entry.get("replaces"))] = str(entry.get("until"))
        elif kind == "act" and entry.get("act") == "ledger_pruned":
            self.prunings[str(entry.get("until"))] = entry
        if self.given is not None and entry.get("disclosed") == self.given:
            self.given_at = index
        if self.wanted:
            for name in ("commitment", "receipt"):
                what = self.wanted.get(str(entry.get(name)))
                if what is not None:
                    self.stand_for.setdefault(what, []).append(index)
        return True

    def expect(self, openings: bytes | None, contents: dict[str, bytes]) -> None:
        """Learn which commitments to look for: each content under each opened record's key."""
        for key in _commitment_keys(openings, self.report):
            for name, data in contents.items():
                self.wanted[hmac.new(key, data, hashlib.sha256).hexdigest()] = name
        self.stand_for = {name: [] for name in contents}

    def conclude(self) -> None:
        """Say what the contents are, and whether the files beside were given out openly."""
        if self.given is not None and self.given_at is None:
            self.report.wrong(OPENINGS, "aucune inscription n'annonce ces pièces jointes",
                              "no entry announces the files given out with it")  # fmt: skip
        for name, found in self.stand_for.items():
            if not found and name.startswith("receipts/"):
                self.report.note(f"{name} : aucune inscription ne l'engage, il a été joint après",
                                 f"{name}: no entry stands for it, it was added later")  # fmt: skip
                continue
            if not found:
                self.report.wrong(name, "aucune inscription n'engage ces octets",
                                  "no entry stands for these bytes")  # fmt: skip
                continue
            places = ", ".join(map(str, found[:20]))
            self.report.note(f"{name} : les octets engagés par {places}",
                             f"{name}: the bytes that {places} stand for")  # fmt: skip


def _commitment_keys(openings: bytes | None, report: Report) -> Iterator[bytes]:
    for number, line in enumerate((openings or b"").splitlines(), 1):
        try:
            opening = json.loads(line)
            yield bytes.fromhex(opening["commitment_key"])
        except (ValueError, KeyError, TypeError):
            report.wrong(f"{OPENINGS} {number}", "ligne illisible", "unreadable line")


def check_program(name: str, data: bytes, report: Report) -> None:
    """A program that came along: its last line is the SHA-256 of what is above."""
    at = data.rfind(b"\n", 0, len(data) - 1) + 1
    if data != with_digest(name, data[:at]):
        report.wrong(name, "ce n'est plus le programme qui a été joint",
                     "no longer the program that was put there")  # fmt: skip


def with_digest(name: str, data: bytes) -> bytes:
    """A program as it is put beside an export or into a pack."""
    digest = hashlib.sha256(data).hexdigest()
    line = f"<!-- sha256 {digest} -->\n" if name.endswith(".html") else f"# sha256 {digest}\n"
    return data + line.encode()


# ------------------------------------------------------------------ an export: C2SP tlog-tiles
class Tiles:
    """The files of an export. A path is never longer than what a size of ours makes it."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.inside = os.path.join(folder, "")

    def read(self, name: str, most: int) -> bytes | None:
        """A regular file of at most `most` bytes; None if there is none. Refused."""
        path = self.inside + name
        try:
            seen = os.lstat(path)
        except OSError:
            return None
        if not stat.S_ISREG(seen.st_mode):
            raise Refused(name, "n'est pas un fichier ordinaire", "not an ordinary file")
        if seen.st_size > most:
            raise Refused(name, f"plus de {most} octets", f"more than {most} bytes")
        file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            data = os.read(file, seen.st_size + 1)
            while len(data) < seen.st_size and (more := os.read(file, seen.st_size - len(data))):
                data += more
        finally:
            os.close(file)
        return data

    def absent(self, name: str) -> bool:
        """Whether there is nothing of this name."""
        return not os.path.lexists(os.path.join(self.folder, *name.split("/")))

    def tile(self, level: str, number: int, width: int) -> bytes:
        """A tile's or bundle's bytes. Refused where it is missing or has another size."""
        name = tile_path(level, number, width)
        most = width * (ENTRY_MAX + 2) if level == "entries" else width * HASH
        data = self.read(name, most)
        if data is None:
            raise Refused(name, "il manque", "it is missing")
        if level != "entries" and len(data) != most:
            raise Refused(name, f"{len(data)} octets au lieu de {most}",
                          f"{len(data)} bytes instead of {most}")  # fmt: skip
        return data


def split_bundle(data: bytes, number: int, width: int) -> list[bytes]:
    """The entries of one bundle's bytes. Refused."""
    entries, at = [], 0
    while at + 2 <= len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : end])
        at = end
    if at != len(data) or len(entries) != width:
        raise Refused(tile_path("entries", number, width),
                      f"ne contient pas exactement {width} inscriptions",
                      f"does not hold exactly {width} entries")  # fmt: skip
    return entries


def tile_path(level: str, number: int, width: int) -> str:
    """`tile/<L>/<N>[.p/<W>]`, N in groups of three digits."""
    groups = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        groups.insert(0, f"x{number % 1000:03d}")
    return f"tile/{level}/{'/'.join(groups)}" + ("" if width == WIDTH else f".p/{width}")


def width_at(size: int, level: int, number: int) -> int:
    """How many hashes a tile has in a log of `size` entries."""
    return max(0, min(WIDTH, (size >> 8 * level) - number * WIDTH))


class Walk:
    """One pass over an export: entries to leaves, leaves to tiles, tiles to the root."""

    def __init__(self, tiles: Tiles, size: int, entries: Entries, sizes: Iterable[int]) -> None:
        self.tiles = tiles
        self.size = size
        self.entries = entries
        self.report = entries.report
        self.levels: list[list[bytes]] = [[]]
        self.filled = [0]
        self.sizes = sorted(set(sizes))
        self.roots = {0: EMPTY_ROOT}
        self.pruned = 0

    def run(self) -> None:
        """Read everything. Refused where a file is missing or cut: nothing after it is read."""
        for first in range(0, self.size, WIDTH):
            width = min(WIDTH, self.size - first)
            leaves = (self._kept(first) if self._is_pruned(first, width)
                      else self._leaves(first, width))  # fmt: skip
            self.levels[0] = leaves
            for size in self.sizes:
                if first < size <= first + width:
                    self.roots[size] = root_of([leaves[: size - first], *self.levels[1:]])
            self._finish(0, first // WIDTH)
        for level, hashes in enumerate(self.levels):
            if hashes and level:
                self._compare(level, self.filled[level], hashes)

    def _is_pruned(self, first: int, width: int) -> bool:
        """Whether a full bundle of the log's beginning is not there."""
        if first != self.pruned or width < WIDTH or self.size == WIDTH:
            return False
        bundle, hashes = (tile_path(level, first // WIDTH, WIDTH) for level in ("entries", "0"))
        return self.tiles.absent(bundle) and not self.tiles.absent(hashes)

    def _kept(self, first: int) -> list[bytes]:
        """The hashes of entries that are gone, as the tile has them: what is above vouches."""
        self.pruned = first + WIDTH
        data = self.tiles.tile("0", first // WIDTH, WIDTH)
        return [data[at : at + HASH] for at in range(0, len(data), HASH)]

    def _leaves(self, first: int, width: int) -> list[bytes]:
        data = self.tiles.tile("entries", first // WIDTH, width)
        bundle: Sequence[bytes] | None = self.entries.skim(data, width)
        if bundle is None:
            bundle = whole = split_bundle(data, first // WIDTH, width)
            self.entries.look_all(first, whole)
        sha = hashlib.sha256
        leaves = [sha(b"\x00" + data).digest() for data in bundle]
        self._compare(0, first // WIDTH, leaves)
        return leaves

    def _finish(self, level: int, number: int) -> None:
        """A full tile becomes one hash of the tile above."""
        hashes = self.levels[level]
        if len(hashes) < WIDTH:
            return
        if level:
            self._compare(level, number, hashes)
        self.filled[level] += 1
        self.levels[level] = []
        if level + 1 == len(self.levels):
            self.levels.append([])
            self.filled.append(0)
        self.levels[level + 1].append(fold(hashes))
        self._finish(level + 1, self.filled[level + 1])

    def _compare(self, level: int, number: int, hashes: list[bytes]) -> None:
        stored = self.tiles.tile(str(level), number, len(hashes))
        if stored == b"".join(hashes):
            return
        for place, node in enumerate(hashes):
            if stored[place * HASH : (place + 1) * HASH] != node:
                below = number * WIDTH + place
                what = f"entry {below}" if level == 0 else f"tile {level - 1}/{below}"
                self.report.wrong(tile_path(str(level), number, len(hashes)),
                                  f"ne va pas avec {what}", f"does not go with {what}")  # fmt: skip


def check_export(
    folder: str, anchor: Anchor | None, earlier: dict[str, bytes],
    contents: dict[str, bytes], foreign: bool = False, read: ReadAll = read_all,
) -> Report:  # fmt: skip
    """Check a folder that `azalai ledger export` (or any C2SP log) wrote."""
    report = Report()
    entries = Entries(report, foreign, read)
    try:
        _check_export(entries, Tiles(folder), anchor, earlier, contents)
    except Refused as err:
        report.wrong(err.where, *err.said)
    return report


def _check_export(
    entries: Entries, tiles: Tiles, anchor: Anchor | None, earlier: dict[str, bytes],
    contents: dict[str, bytes],
) -> None:  # fmt: skip
    report = entries.report
    keys = choose_keys(anchor, tiles.read("vkey", NOTE_MAX), report)
    note = tiles.read("checkpoint", NOTE_MAX)
    if note is None:
        raise Refused("checkpoint", "il manque", "it is missing")
    seal = open_checkpoint(note, *keys)
    report.origin, report.size = seal.origin, seal.size
    cosigned = tiles.read(COSIGNED, NOTE_MAX)
    beside = earlier if cosigned is None else {**earlier, COSIGNED: cosigned}
    others = _open_earlier(beside, keys, seal.size, report)
    openings = tiles.read(OPENINGS, OPENINGS_MAX)
    if openings is not None:
        entries.given = disclosed([(OPENINGS, hashlib.sha256(openings).hexdigest())])
    entries.expect(openings, contents)
    walk = Walk(tiles, seal.size, entries, [s.size for s in others.values()])
    walk.run()
    if root_of(walk.levels) != seal.root:
        report.wrong("checkpoint", "ne suit pas des inscriptions de l'export",
                     "does not follow from the export's entries")  # fmt: skip
    for name, other in others.items():
        if walk.roots[other.size] != other.root:
            report.wrong(name, *_two_logs(other.size, seal.size))
    check_pruned(walk.pruned, entries)
    check_ends(seal, anchor, entries)
    check_cosigned(anchor, {"checkpoint": (note, seal), **_held(beside, others)}, report)
    entries.conclude()
    program = tiles.read(PROGRAM, PROGRAM_MAX)
    if program is not None:
        check_program(PROGRAM, program, report)
    _check_names(tiles, seal.size, report)


def _held(
    notes: dict[str, bytes], opened: dict[str, Checkpoint]
) -> dict[str, tuple[bytes, Checkpoint]]:
    return {name: (notes[name], seal) for name, seal in opened.items()}


def _two_logs(size: int, whole: int) -> Said:
    """Another root for the same number of entries: two views, or a log that was rewritten."""
    if size == whole:
        return (f"deux registres de {size} inscriptions, scellés par la même clé : vue double",
                f"two logs of {size} entries, sealed by one key: a split view")  # fmt: skip
    return (f"les {size} premières inscriptions ne sont pas celles de ce scellé : le registre a été"
            " réécrit, ou il y en a deux",
            f"the first {size} entries are not this checkpoint's: the log was rewritten, or there"
            " are two")  # fmt: skip


def _open_earlier(
    earlier: dict[str, bytes], keys: tuple[Key, ...], size: int, report: Report
) -> dict[str, Checkpoint]:
    opened = {}
    for name, data in earlier.items():
        try:
            seen = open_checkpoint(data, *keys)
        except Refused as err:
            report.wrong(name, *err.said)
            continue
        if seen.size > size:
            report.wrong(name, f"ce scellé compte {seen.size} inscriptions, l'export {size} :"
                         " il est plus ancien, ou le registre a été raccourci",
                         f"this checkpoint has {seen.size} entries, the export {size}: it is older,"
                         " or the log was cut")  # fmt: skip
        else:
            opened[name] = seen
    return opened


# ------------------------------------------------------------------ keys' ends, pruning, witnesses
def check_ends(seal: Checkpoint, anchor: Anchor | None, entries: Entries) -> None:
    """A key that was replaced signs no more after its end, as the card or the log itself says."""
    ends = {**entries.ends, **{key.vkey: until for key, until in (anchor or NOBODY).ended}}
    past = [key for key in seal.signed if ends.get(key.vkey, "9") <= entries.time]
    if len(past) == len(seal.signed) and past:
        until = ends[past[0].vkey]
        entries.report.wrong("checkpoint", f"signé par une clé après sa fin ({until})",
                             f"signed by a key past its end ({until})")  # fmt: skip
    for old, until in sorted(ends.items()):
        entries.report.note(
            f"clé remplacée, fin {until} : {old}", f"key replaced, end {until}: {old}"
        )


def check_pruned(until: int, entries: Entries) -> None:
    """Entries that are gone went by an act that the log tells of, and by its written policy."""
    if not until:
        return
    act, where = entries.prunings.get(str(until)), tile_path("entries", 0, WIDTH)
    if act is None:
        entries.report.wrong(where, f"les {until} premières inscriptions manquent, et aucun acte ne"
                             " le dit", f"the first {until} entries are missing, and no act says so")  # fmt: skip
        return
    last, before, time = (str(act.get(name)) for name in ("last_time", "before", "time"))
    if not last < before <= time:
        entries.report.wrong(where, "retirées avant le temps que leur acte donne",
                             "pruned before the time that their act gives")  # fmt: skip
    policy = f"{act.get('policy')} ({act.get('days')})"
    entries.report.note(
        f"{until} inscriptions retirées le {time}, jusqu'à celle de {last}, selon {policy} ; leurs"
        " empreintes restent",
        f"{until} entries pruned on {time}, up to the one of {last}, by {policy}; their hashes stay",
    )  # fmt: skip


NOBODY = Anchor(None, ())


def check_cosigned(
    anchor: Anchor | None, notes: dict[str, tuple[bytes, Checkpoint]], report: Report
) -> None:
    """Which witnesses cosigned how much of the log, and whether they are enough."""
    policy = (anchor or NOBODY).policy
    if policy is None:
        if any(len(parse_note(note)[1]) > len(seal.signed) for note, seal in notes.values()):
            report.note("des signatures d'autres clés, que vous n'avez pas données : non vérifiées",
                        "signatures by other keys, which you did not give: not checked")  # fmt: skip
        return
    report.quorum = policy.met(())
    for name, (note, seal) in notes.items():
        try:
            found = cosigned_by(note, policy)
        except Refused as err:
            report.wrong(name, *err.said)
            continue
        best = (policy.met(found), seal.size, len(found))
        if found and best > (bool(report.quorum), report.cosigned, len(report.cosigned_by)):
            report.quorum, report.cosigned, report.cosigned_by = best[0], seal.size, found
    by = ", ".join(f"{name} ({moment(time)})" for name, time in report.cosigned_by.items())
    if report.quorum and not report.cosigned:
        return
    if report.quorum:
        report.note(f"cosigné, quorum atteint : {report.cosigned} inscriptions sur {report.size},"
                    f" par {by}", f"cosigned, quorum met: {report.cosigned} of {report.size} entries,"
                    f" by {by}")  # fmt: skip
        return
    said = (f"QUORUM NON ATTEINT : cosigné par {by or 'personne'}",
            f"QUORUM NOT MET: cosigned by {by or 'nobody'}")  # fmt: skip
    if policy.demanded:
        report.wrong("quorum", *said)
    else:
        report.note(*said)


def moment(seconds: int) -> str:
    """POSIX seconds as people read them, UTC; what is beyond the year 9999 as they came."""
    if seconds >= 253_402_300_800:
        return str(seconds)
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M")  # noqa: UP017


_KNOWN = frozenset(("checkpoint", "vkey", "tile", OPENINGS, PROGRAM, COSIGNED))
_TILE = re.compile(r"tile/(entries|\d)/((?:x\d{3}/)*\d{3})(?:\.p/(\d{1,3}))?")


def _check_names(tiles: Tiles, size: int, report: Report) -> None:
    """Every file under `tile/` belongs there; a tile of an earlier size begins today's."""
    for name in sorted(os.listdir(tiles.folder)):
        if name not in _KNOWN:
            report.note(f"{name} : hors de l'export, non vérifié", f"{name}: not checked")
    for place, folders, files in os.walk(os.path.join(tiles.folder, "tile")):
        folders.sort()
        below = os.path.relpath(place, tiles.folder).replace(os.sep, "/")
        for file in sorted(_not_full(below, files, size)):
            path = f"{below}/{file}"
            why = _misplaced(tiles, path, size)
            if why is not None:
                report.wrong(path, *why)


def _not_full(folder: str, files: list[str], size: int) -> Iterable[str]:
    """The files of a folder that are not plainly full tiles of an export of `size` entries."""
    found = _TILE.fullmatch(f"{folder}/000")
    if found is None:
        return files
    level, first = found[1], int(found[2].replace("x", "").replace("/", ""))
    if tile_path(level, first, WIDTH) != f"{folder}/000":
        return files
    full = (size >> 8 * (int(level.replace("entries", "0")) + 1)) - first
    return set(files).difference(f"{number:03d}" for number in range(min(full, 1000)))


def _misplaced(tiles: Tiles, path: str, size: int) -> Said | None:
    """Why a file has no place in an export of `size` entries, or None."""
    strange = ("n'appartient pas à cet export", "not part of this export")
    found = _TILE.fullmatch(path)
    if found is None:
        return strange
    level, number = found[1], int(found[2].replace("x", "").replace("/", ""))
    width, wide = int(found[3] or WIDTH), width_at(size, int(level.replace("entries", "0")), number)
    if path != tile_path(level, number, width) or not 0 < width <= WIDTH:
        return strange
    if width > wide:
        return ("au-delà du scellé : il est périmé, ou un export est en cours",
                "beyond the checkpoint: it is stale, or an export is under way")  # fmt: skip
    if width < wide:
        old = tiles.tile(level, number, width)
        if not tiles.tile(level, number, wide).startswith(old):
            return ("ne commence pas la tuile d'aujourd'hui", "does not begin today's tile")
    return None


# ------------------------------------------------------------------ a pack: FILE.azpack
# A zip of stored members, every byte of it fixed by names and contents, so that none can be
# changed unseen. No compression: a pack is never bigger inside than outside.
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_STAMP = (20, 0x800, 0, 0, 0x21)  # version, UTF-8 names, stored, 00:00, 1 January 1980
_MEMBER = re.compile(
    r"checkpoint|vkey|entries\.ndjson|proofs\.tlog-proof|index\.(?:fr|en|ar)\.txt"
    r"|azalai-verify\.py|openings\.ndjson|verify\.html|receipts/[1-9]\d{0,18}|cosigned(?:\.proof)?"
)


def write_pack(file: BinaryIO, members: Iterable[tuple[str, bytes]]) -> None:
    """Write a pack; the same members always give the same bytes. Refused where it is too big."""
    directory, count = b"", 0
    for name, data in members:
        at, count = file.tell(), count + 1
        local, central = _headers(name, zlib.crc32(data), len(data), at)
        if at + len(data) > PACK_MAX - (1 << 16) or count > MEMBERS_MAX:
            raise Refused(name, "trop gros pour une pièce : restreignez la période",
                          "too big for one pack: take fewer days")  # fmt: skip
        file.write(local + data)
        directory += central
    at = file.tell()
    file.write(directory + _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), at, 0))


def _headers(name: str, crc: int, size: int, at: int) -> tuple[bytes, bytes]:
    coded = name.encode()
    facts = (*_STAMP, crc, size, size, len(coded), 0)
    local = _LOCAL.pack(b"PK\3\4", *facts) + coded
    central = _CENTRAL.pack(b"PK\1\2", 20, *facts, 0, 0, 0, 0, at)
    return local, central + coded


def read_pack(data: bytes) -> dict[str, bytes]:
    """The members of a pack that `write_pack` wrote, byte for byte. Refused."""
    members: dict[str, bytes] = {}
    at, again = 0, io.BytesIO()
    if not data:
        raise Refused("pack", "le fichier est vide", "the file is empty")
    if data[:4] != b"PK\3\4":
        raise Refused("pack", "ce n'est pas une pièce du registre", "not a pack of a ledger")
    while data[at : at + 4] == b"PK\3\4":
        if len(data) < at + _LOCAL.size:
            raise Refused("pack", "coupé", "cut")
        head = _LOCAL.unpack_from(data, at)
        start = at + _LOCAL.size + head[9] + head[10]
        name = data[at + _LOCAL.size : at + _LOCAL.size + head[9]].decode("utf-8", "replace")
        if not _MEMBER.fullmatch(name):
            raise Refused("pack", "un nom qui n'a rien à y faire", "a name that has no place in it")
        if name in members:
            raise Refused(name, "s'y trouve deux fois", "stands in it twice")
        if head[3] != 0 or head[7] != head[8]:
            raise Refused(name, "comprimé", "compressed")
        if len(members) >= MEMBERS_MAX:
            raise Refused("pack", "trop de fichiers dedans", "too many files in it")
        if start + head[8] > len(data):
            raise Refused("pack", "coupé", "cut")
        members[name] = data[start : start + head[8]]
        at = start + head[8]
    write_pack(again, members.items())
    if again.getvalue() != data:
        raise _not_as_written(again.getvalue(), data, at)
    return members


def _not_as_written(whole: bytes, data: bytes, at: int) -> Refused:
    """Why a zip is not the pack that its members make; its own directory begins at `at`."""
    if whole.startswith(data):
        return Refused("pack", "coupé", "cut")
    if data.startswith(whole):
        return Refused("pack", "des octets après sa fin", "bytes after its end")
    while data[at : at + 4] == b"PK\1\2" and len(data) >= at + _CENTRAL.size:
        head = _CENTRAL.unpack_from(data, at)
        if stat.S_ISLNK(head[15] >> 16):
            return Refused("pack", "un lien dedans", "a link in it")
        at += _CENTRAL.size + sum(head[10:13])
    return Refused("pack", "des octets ont changé, ou un autre logiciel l'a refaite",
                   "bytes of it were changed, or another program made it anew")  # fmt: skip


def check_pack(
    path: str, anchor: Anchor | None, earlier: dict[str, bytes], contents: dict[str, bytes]
) -> Report:
    """Check a pack that `azalai ledger export -o FILE.azpack` wrote."""
    report = Report()
    report.pack = True
    try:
        if os.path.getsize(path) > PACK_MAX:
            raise Refused("pack", "trop gros", "too big")
        with open(path, "rb") as file:
            members = read_pack(file.read(PACK_MAX + 1))
        _check_pack(report, members, anchor, earlier, contents)
    except Refused as err:
        report.wrong(err.where, *err.said)
    return report


def _check_pack(
    report: Report, members: dict[str, bytes], anchor: Anchor | None,
    earlier: dict[str, bytes], contents: dict[str, bytes],
) -> None:  # fmt: skip
    keys = choose_keys(anchor, members.get("vkey"), report)
    for name in ("checkpoint", "entries.ndjson", "proofs.tlog-proof"):
        if name not in members:
            raise Refused(name, "il manque", "it is missing")
    note = members["checkpoint"]
    seal = open_checkpoint(note, *keys)
    report.origin, report.size = seal.origin, seal.size
    held = {"checkpoint": (note, seal), **_cosigned_member(members, keys, seal, report)}
    others = _open_earlier(earlier, keys, seal.size, report)
    _compare_earlier(others, {one.size: one.root for _, one in held.values()}, seal.size, report)
    check_cosigned(anchor, held, report)
    entries = Entries(report, foreign=False)
    openings = members.get(OPENINGS)
    given = {n: d for n, d in members.items() if n == OPENINGS or n.startswith("receipts/")}
    if given:
        digests = [(name, hashlib.sha256(data).hexdigest()) for name, data in given.items()]
        entries.given = disclosed(digests)
    receipts = {n: d for n, d in given.items() if n != OPENINGS} if openings is not None else {}
    entries.expect(openings, {**contents, **receipts})
    found = list(_proven(members, note, seal, entries))
    entries.conclude()
    check_ends(seal, anchor, entries)
    for language in ("fr", "en", "ar"):
        name = f"index.{language}.txt"
        if name in members and members[name] != index_text(found, seal, language).encode():
            report.wrong(name, "ne dit pas ce que disent les inscriptions",
                         "does not say what the entries say")  # fmt: skip
    for name in (PROGRAM, PAGE):
        if name in members:
            check_program(name, members[name], report)
    report.note(f"{len(found)} inscriptions prouvées", f"{len(found)} entries proven")


def _compare_earlier(
    others: dict[str, Checkpoint], roots: dict[int, bytes], size: int, report: Report
) -> None:
    """A pack shows its log at the sizes that it has checkpoints of, at no other."""
    for name, other in others.items():
        if other.size not in roots:
            report.note(f"{name} : NON COMPARÉ, une pièce ne montre pas le registre à"
                        f" {other.size} inscriptions ; comparez avec tout l'export",
                        f"{name}: NOT COMPARED, a pack does not show the log at {other.size}"
                        " entries; compare with the whole export")  # fmt: skip
        elif roots[other.size] != other.root:
            report.wrong(name, *_two_logs(other.size, size))


def _cosigned_member(
    members: dict[str, bytes], keys: tuple[Key, ...], seal: Checkpoint, report: Report
) -> dict[str, tuple[bytes, Checkpoint]]:
    """The checkpoint that witnesses cosigned, proven to be an ancestor of the pack's. Refused."""
    note, lines = members.get(COSIGNED), members.get(COSIGNED_PROOF, b"").split(b"\n")
    if note is None:
        if COSIGNED_PROOF in members:
            raise Refused(COSIGNED, "il manque", "it is missing")
        return {}
    path = [_base64(line.decode("ascii", "replace")) for line in lines[:-1][:64]]
    hashes = [node for node in path if node is not None and len(node) == HASH]
    try:
        seen = open_checkpoint(note, *keys)
    except Refused as err:
        raise Refused(COSIGNED, *err.said) from None
    if (
        len(hashes) != len(lines) - 1
        or lines[-1]
        or not check_consistency(seen.size, seal.size, hashes, seen.root, seal.root)
    ):
        report.wrong(COSIGNED, "n'est pas le début du registre de cette pièce",
                     "not the beginning of this pack's log")  # fmt: skip
        return {}
    return {COSIGNED: (note, seen)}


def _proven(
    members: dict[str, bytes], note: bytes, seal: Checkpoint, entries: Entries
) -> Iterator[tuple[int, Entry]]:
    """Each entry whose proof leads to the checkpoint."""
    lines = members["entries.ndjson"].split(b"\n")
    if lines.pop() != b"" or len(lines) > PACKED_ENTRIES_MAX:
        raise Refused("entries.ndjson", "coupé ou trop long", "cut or too long")
    proofs = split_proofs(members["proofs.tlog-proof"], note)
    before = -1
    for line in lines:
        number, _, data = line.partition(b" ")
        index = int(number) if _SIZE.fullmatch(number.decode("ascii", "replace")) else -1
        place, path = next(proofs, (-1, []))
        if index <= before or place != index or len(data) > ENTRY_MAX:
            raise Refused("entries.ndjson", "inscriptions et preuves ne vont pas ensemble",
                          "entries and proofs do not go together")  # fmt: skip
        before = index
        if not check_inclusion(leaf_hash(data), index, seal.size, path, seal.root):
            entries.report.wrong(f"entry {index}", "n'est pas dans le registre scellé",
                                 "not in the sealed log")  # fmt: skip
        entry = entries.look(index, data)
        if entry is not None:
            yield index, entry
    if next(proofs, None) is not None:
        raise Refused("proofs.tlog-proof", "une preuve de trop", "one proof too many")


def split_proofs(data: bytes, note: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Index and hashes of each C2SP tlog-proof of a file of them, all of one checkpoint.
    Refused."""
    where = "proofs.tlog-proof"
    head, at = PROOF_HEADER.encode() + b"\nindex ", 0
    while at < len(data):
        end = data.find(b"\n\n", at)
        lines = data[at + len(head) : end].split(b"\n")
        stop = end + 2 + len(note)
        texts = [_base64(line.decode("ascii", "replace")) for line in lines[1:65]]
        hashes = [text for text in texts if text is not None and len(text) == HASH]
        number = lines[0].decode("ascii", "replace")
        if (
            end < 0 or data[at : at + len(head)] != head or data[end + 2 : stop] != note
            or len(hashes) + 1 != len(lines) or not _SIZE.fullmatch(number)
        ):  # fmt: skip
            raise Refused(where, "une preuve est mal écrite", "a proof is malformed")
        yield int(number), hashes
        at = stop


# ------------------------------------------------------------------ an index that people read
# These words and those of `index_limits` are part of the pack's format: a pack of last year holds
# them, and is compared byte for byte. Other words need another version of the index beside it.
LABELS = {
    "fr": {
        "title": "REGISTRE {origin} : {n} inscriptions choisies parmi {size}",
        "recorded": "fiche enregistrée", "sending": "envoi commencé", "outcome": "issue de l'envoi",
        "held": "retenu, attend une personne", "released": "libéré par une personne",
        "withdrawn": "fiche retirée", "recall": "radiation due à un détenteur",
        "run": "lecture d'un fichier", "act": "acte d'une personne",
        "consulted": "consultation", "configured": "mise en vigueur",
        "erased": "fiche effacée", "clock": "horloge reculée",
    },
    "en": {
        "title": "LOG {origin}: {n} entries chosen out of {size}",
        "recorded": "record entered", "sending": "sending begun", "outcome": "outcome",
        "held": "held, waits for a person", "released": "released by a person",
        "withdrawn": "record withdrawn", "recall": "recall owed to a holder",
        "run": "a file was read", "act": "act of a person",
        "consulted": "consultation", "configured": "put in force",
        "erased": "record erased", "clock": "clock went back",
    },
    "ar": {
        "title": "السجل {origin}: {n} قيدا مختارا من {size}",
        "recorded": "تسجيل بطاقة", "sending": "بدء الإرسال", "outcome": "نتيجة الإرسال",
        "held": "محجوز في انتظار شخص", "released": "أفرج عنه شخص",
        "withdrawn": "سحب البطاقة", "recall": "إلغاء مستحق لدى حائز",
        "run": "قراءة ملف", "act": "عمل شخص", "consulted": "اطلاع", "configured": "دخول حيز النفاذ",
        "erased": "محو البطاقة", "clock": "رجوع الساعة",
    },
}  # fmt: skip


def entry_lines(index: int, entry: Entry, language: str) -> list[str]:
    """One entry for people: its number, time and type, then a line for each fact."""
    lines = [f"{index}  {entry['time']}  {LABELS[language][entry['type']]}"]
    for name, value in sorted(entry.items()):
        if name not in ("type", "time"):
            lines.append(f"    {name}: {value if isinstance(value, str) else _encode(value)}")
    return lines


def index_text(entries: list[tuple[int, Entry]], seal: Checkpoint, language: str) -> str:
    """The entries as a page to read; the same entries always give the same page."""
    title = LABELS[language]["title"].format(origin=seal.origin, n=len(entries), size=seal.size)
    lines = [title, ""]
    for index, entry in entries:
        lines += [*entry_lines(index, entry, language), ""]
    lines += [f"- {limit}" for limit in index_limits(language)]
    return "\n".join([*lines, ""])


def index_limits(language: str) -> list[str]:
    """What a pack does not prove, as its index ends."""
    if language == "ar":
        return list(_LIMITS_AR)
    return [said[0 if language == "fr" else 1] for said in limits_of(True, True)]


COSIGNED_LIMIT_AR = (
    "لم يكن بالإمكان عرض سجل آخر على غيرك إلا بموافقة الموقّعين المذكورين أعلاه؛ والقيود اللاحقة لختمهم لا تتمتع"
    " بهذا الضمان."
)
_LIMITS_AR = (
    "يثبت السجل ما قيد فيه، لا أن القيد قال الحقيقة ولا أن شيئا لم يفعل دون قيد: قارن بكشف الشريك.",
    "ربما عرض سجل آخر على غيرك: قارن هذا الختم بما يحتفظ به شريك.",
    "الأوقات هي أوقات ساعة الخادم.",
    "لم يعد بالإمكان معرفة ما كانت تقوله البطاقات الممحوة.",
    "البرنامج المرفق بالتصدير ليس مستقلا: خذه من إصدار منشور.",
    "لا تحتوي هذه الحزمة إلا على قيود مختارة: لا تقول إنه لا يوجد غيرها.",
)


# ------------------------------------------------------------------ what is not proven
def limits_of(anchored: bool, pack: bool, cosigned: bool = False) -> list[Said]:
    """What a verification that found nothing wrong still does not prove; `cosigned`: enough
    witnesses vouch that nobody was shown another log."""
    said = [
        ("Le registre prouve ce qui y a été inscrit, non que l'inscription disait vrai, ni que rien"
         " n'a été fait sans inscription : comparez avec le bordereau du partenaire.",
         "The ledger proves what was entered, not that the entry told the truth, nor that nothing"
         " was done without an entry: compare the partner's manifest."),
        COSIGNED_LIMIT if cosigned else VIEW_LIMIT,
        ("Les heures sont celles de l'horloge du serveur.",
         "The times are those of the server's clock."),
        ("Ce que disaient les fiches effacées ne peut plus être connu.",
         "What erased records said can no longer be known."),
        ("Un programme joint à l'export n'est pas indépendant : prenez-le d'une version publiée.",
         "A program that came with the export is not independent: take it from a release."),
    ]  # fmt: skip
    if pack:
        said.append(("Cette pièce ne contient que des inscriptions choisies : elle ne dit pas qu'il"
                     " n'y en a pas d'autres.",
                     "This pack holds chosen entries only: it does not say that there are no"
                     " others."))  # fmt: skip
    if not anchored:
        said.insert(0, UNANCHORED)
    return said


VIEW_LIMIT = (
    "Un autre registre a pu être montré à d'autres : comparez ce scellé avec celui que détient"
    " un partenaire (--earlier).",
    "Another ledger may have been shown to others: compare this checkpoint with one that a"
    " partner holds (--earlier).",
)
COSIGNED_LIMIT = (
    "Un autre registre n'a pu être montré à d'autres qu'avec l'accord des cosignataires nommés"
    " ci-dessus ; les inscriptions d'après leur scellé n'ont pas cette garantie.",
    "Another ledger can have been shown to others only if the witnesses named above agreed; the"
    " entries after their checkpoint do not have that warrant.",
)
UNANCHORED = (
    "SANS ANCRAGE : la clé est venue avec l'export. L'ordre et l'intégrité sont vérifiés, PAS"
    " l'origine : n'importe qui a pu fabriquer le tout.",
    "UNANCHORED: the key came with the export. Order and integrity are checked, NOT the origin:"
    " anybody may have made all of it.",
)
UNANCHORED_AR = "دون مرجع: جاء المفتاح مع الحزمة. تم التحقق من الترتيب والسلامة، لا من المصدر: يمكن لأي شخص أن يكون قد صنع كل ذلك."


# ------------------------------------------------------------------ the command line
def main(arguments: list[str] | None = None, read: ReadAll = read_all) -> int:
    """Check what the arguments name; the exit code."""
    options = _options().parse_args(arguments)
    place = 0 if options.lang == "fr" else 1
    try:
        anchor = _anchor(options)
        earlier = {path: _whole(path, NOTE_MAX) for path in options.earlier}
        contents = {path: _whole(path, CONTENT_MAX) for path in options.content}
    except Refused as err:
        print(f"{err.where}: {err.said[place]}", file=sys.stderr)
        return 2
    except OSError as err:
        print(f"azalai-verify: {err.filename}: {err.strerror}", file=sys.stderr)
        return 2
    if not os.path.exists(options.path):
        print(f"azalai-verify: {options.path}: " + ("introuvable", "not found")[place],
              file=sys.stderr)  # fmt: skip
        return 2
    if anchor is None and not options.unanchored:
        print(_NO_KEY[place], file=sys.stderr)
        return 2
    if anchor is None and not options.json:
        print(UNANCHORED[place] + "\n")
    if os.path.isdir(options.path):
        report = check_export(options.path, anchor, earlier, contents, options.foreign, read)
    else:
        report = check_pack(options.path, anchor, earlier, contents)
    return tell(report, place, anchored=anchor is not None, as_json=options.json)


_NO_KEY = (
    "azalai-verify : il faut la clé du registre, reçue autrement que par cet export :"
    " --card CARTE, --words \"…\" ou --vkey CLÉ. Sans elle : --unanchored.",
    "azalai-verify: the log's key is needed, received otherwise than with this export:"
    " --card CARD, --words \"…\" or --vkey KEY. Without it: --unanchored.",
)  # fmt: skip


def tell(report: Report, place: int, *, anchored: bool, as_json: bool) -> int:
    """Print what was found and what is not proven; the exit code."""
    good = not report.findings
    limits = limits_of(anchored, report.pack, bool(report.quorum and report.cosigned))
    if as_json:
        print(json.dumps({
            "verified": good, "anchored": anchored, "origin": report.origin, "size": report.size,
            "findings": [{"where": where, "what": said[1]} for where, said in report.findings],
            "more": report.more, "notes": [said[1] for said in report.notes],
            "quorum": report.quorum, "cosigned": report.cosigned,
            "cosigned_by": {name: moment(time) for name, time in report.cosigned_by.items()},
            "limits": [said[1] for said in limits],
        }))  # fmt: skip
        return 0 if good else 3
    for where, said in report.findings:
        print(f"{where}: {said[place]}")
    if report.more:
        print(f"(+ {report.more})")
    for said in report.notes:
        print(said[place])
    verdict = ("vérifié", "verified") if good else ("NON VÉRIFIÉ", "NOT VERIFIED")
    about = f"{report.origin}, {report.size} {('inscriptions', 'entries')[place]}: "
    print((about if report.origin else "") + verdict[place])
    for head, which in (("Ce que cela ne prouve pas :", 0), ("What this does not prove:", 1)):
        print(f"\n{head}")
        for said in limits:
            print(f"  - {said[which]}")
    return 0 if good else 3


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM, description="Vérifier un export du registre / check a ledger's export.")  # fmt: skip
    parser.add_argument("path", metavar="DIR|FILE.azpack")
    parser.add_argument("--vkey", help="la clé / the key")
    parser.add_argument("--card", help="la carte, un fichier / the card's file")
    parser.add_argument("--words", help="les 16 mots / the 16 words")
    parser.add_argument("--policy", help="clés et quorum exigé (tlog-policy) / keys and the quorum")
    parser.add_argument("--unanchored", action="store_true", help="sans clé / without a key")
    parser.add_argument("--earlier", action="append", default=[], metavar="CHECKPOINT")
    parser.add_argument("--content", action="append", default=[], metavar="FILE")
    parser.add_argument("--foreign", action="store_true", help="un autre journal / another's log")
    parser.add_argument("--json", action="store_true")
    language = os.environ.get("AZALAI_LANGUAGE", "fr")[:2].lower()
    parser.add_argument("--lang", choices=("fr", "en"), default="en" if language == "en" else "fr")
    return parser


def _anchor(options: argparse.Namespace) -> Anchor | None:
    anchors = []
    if options.vkey:
        anchors.append(Anchor(parse_vkey(options.vkey), ()))
    if options.card:
        anchors.append(read_card(_text_of(_whole(options.card, NOTE_MAX))))
    if options.words:
        anchors.append(read_card(options.words))
    policy = next((anchor.policy for anchor in anchors if anchor.policy), None)
    if options.policy:
        logs, policy = read_policy(_policy_text(_whole(options.policy, POLICY_MAX)))
        anchors += [Anchor(_log_of(options.path, logs), ())] if logs else []
    if not anchors:
        return None
    keys = {anchor.key for anchor in anchors if anchor.key is not None}
    if len(keys) > 1:
        raise Refused("card", "deux clés différentes", "two different keys")
    prints = tuple(p for anchor in anchors for p in anchor.prints)
    ended = tuple(old for anchor in anchors for old in anchor.ended)
    return Anchor(next(iter(keys), None), prints, ended, policy)


def _log_of(path: str, logs: list[Key]) -> Key:
    """Which of a policy's logs an export or pack says that it is; its signature is checked later."""
    if len(logs) > 1:
        if os.path.isdir(path):
            inside = Tiles(path).read("vkey", NOTE_MAX)
        else:
            inside = read_pack(_whole(path, PACK_MAX)).get("vkey")
        for key in logs:
            if f"{key.vkey}\n".encode() in (inside or b""):
                return key
    return logs[0]


def _policy_text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise _bad_policy("n'est pas de l'UTF-8", "not UTF-8") from None


def _text_of(card: bytes) -> str:
    """What an editor wrote: UTF-8, or UTF-16 with its mark; a word of it that is neither fits no
    key."""
    marked = card[:2] in (b"\xff\xfe", b"\xfe\xff")
    return card.decode("utf-16" if marked else "utf-8-sig", "replace")


def _whole(path: str, most: int) -> bytes:
    with open(path, "rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise Refused(path, "trop long", "too long")
    return data


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # the reader of our output went away
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(3)
