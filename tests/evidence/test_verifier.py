"""The independent verifier: Ed25519 of the RFC, foreign logs, hostile files, no word of Azalai."""

import ast
import base64
import hashlib
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from azalai.evidence import reading, verifier
from azalai.evidence.verifier import Anchor, Refused, Report

# RFC 8032 section 7.1: public key, message, signature
RFC_8032 = {
    "TEST 1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    "TEST 2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    "TEST 3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
}  # fmt: skip
# RFC 6962: the roots over the first 1..8 of these leaves, known from certificate transparency
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
          "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NAME = "foreign.example/log"


def root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 section 2.1, written from its text: nothing of ours is used."""
    if len(leaves) < 2:
        return hashlib.sha256(b"\0" + leaves[0] if leaves else b"").digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + root(leaves[:k]) + root(leaves[k:])).digest()


def foreign_log(folder: Path, entries: Sequence[bytes]) -> str:
    """A log in the C2SP formats by a stranger's program; its vkey."""
    public = KEY.public_key().public_bytes_raw()
    ident = hashlib.sha256(NAME.encode() + b"\n\1" + public).digest()[:4]
    text = f"{NAME}\n{len(entries)}\n{base64.b64encode(root(entries)).decode()}\n"
    signed = base64.b64encode(ident + KEY.sign(text.encode())).decode()
    folder.mkdir()
    (folder / "checkpoint").write_text(f"{text}\n\u2014 {NAME} {signed}\n", encoding="utf-8")
    bundles = [len(e).to_bytes(2, "big") + e for e in entries]
    hashes = [hashlib.sha256(b"\0" + e).digest() for e in entries]
    level = 0
    write(folder, "entries", bundles)
    while hashes:
        write(folder, str(level), hashes)
        hashes = [_reduce(hashes[at : at + 256]) for at in range(0, len(hashes) // 256 * 256, 256)]
        level += 1
    return f"{NAME}+{ident.hex()}+{base64.b64encode(bytes([1]) + public).decode()}"


def _reduce(hashes: Sequence[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    half = len(hashes) // 2
    return hashlib.sha256(b"\1" + _reduce(hashes[:half]) + _reduce(hashes[half:])).digest()


def write(folder: Path, level: str, parts: Sequence[bytes]) -> None:
    for at in range(0, len(parts), 256):
        some = parts[at : at + 256]
        name = f"{at // 256:03d}" + ("" if len(some) == 256 else f".p/{len(some)}")
        path = folder / "tile" / level / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(some))


def check(folder: Path, vkey: str, **earlier: bytes) -> Report:
    anchor = Anchor(verifier.parse_vkey(vkey), ())
    return verifier.check_export(str(folder), anchor, earlier, {}, foreign=True)


@pytest.mark.parametrize("name", RFC_8032)
def test_rfc_8032(name: str) -> None:
    """The RFC's signatures verify, and not with one bit more, less or other."""
    public, message, signature = (bytes.fromhex(part) for part in RFC_8032[name])

    assert verifier.ed25519_verifies(public, message, signature)
    assert not verifier.ed25519_verifies(public, message + b"\0", signature)
    for place in range(0, 512, 37):
        changed = bytearray(signature)
        changed[place // 8] ^= 1 << place % 8
        assert not verifier.ed25519_verifies(public, message, bytes(changed))


def test_ed25519_agrees_with_another_implementation() -> None:
    """Messages of all lengths, signed by the library that signs our checkpoints."""
    chance = random.Random(7)
    for length in range(40):
        key = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        message = chance.randbytes(length * 5)
        public = key.public_key().public_bytes_raw()

        assert verifier.ed25519_verifies(public, message, key.sign(message))
        assert not verifier.ed25519_verifies(public, message + b"x", key.sign(message))


def test_ed25519_refuses_a_second_spelling() -> None:
    """S + L is the same number: RFC 8032 section 5.1.7 refuses it; so is y + p of a key."""
    message, order = b"FICTIF", 2**252 + 27742317777372353535851937790883648493
    signature = KEY.sign(message)
    again = int.from_bytes(signature[32:], "little") + order
    malleable = signature[:32] + again.to_bytes(32, "little")
    public = KEY.public_key().public_bytes_raw()

    assert not verifier.ed25519_verifies(public, message, malleable)
    assert not verifier.ed25519_verifies((2**255 - 19).to_bytes(32, "little"), message, signature)
    assert not verifier.ed25519_verifies(b"\xff" * 32, message, signature)
    assert not verifier.ed25519_verifies(public[:31], message, signature)


@pytest.mark.parametrize("size", range(1, 9))
def test_rfc_6962_roots(size: int, tmp_path: Path) -> None:
    """The published roots, through the published formats."""
    leaves = [bytes.fromhex(leaf) for leaf in LEAVES[:size]]
    levels = [[verifier.leaf_hash(leaf) for leaf in leaves]]

    assert verifier.root_of(levels).hex() == ROOTS[size - 1] == root(leaves).hex()
    assert check(tmp_path / "log", foreign_log(tmp_path / "log", leaves)).findings == []


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 1000])
def test_foreign_logs_are_accepted(size: int, tmp_path: Path) -> None:
    """A log that a stranger made, with entries of any bytes."""
    entries = [number.to_bytes(4, "big") * (number % 5) for number in range(size)]
    report = check(tmp_path / "log", foreign_log(tmp_path / "log", entries))

    assert (report.findings, report.size, report.origin) == ([], size, NAME)


def test_a_foreign_log_is_not_taken_for_ours(tmp_path: Path) -> None:
    """Without `--foreign` the entries must be what Azalai writes."""
    vkey = foreign_log(tmp_path / "log", [b"any", b"bytes"])
    anchor = Anchor(verifier.parse_vkey(vkey), ())
    report = verifier.check_export(str(tmp_path / "log"), anchor, {}, {})

    assert [where for where, _ in report.findings] == ["entry 0", "entry 1"]


def test_a_fork_and_a_cut_are_named(tmp_path: Path) -> None:
    """Another log under the same key: shown by a checkpoint that was kept."""
    vkey = foreign_log(tmp_path / "long", [b"a", b"b", b"c"])
    foreign_log(tmp_path / "short", [b"a", b"b"])
    foreign_log(tmp_path / "fork", [b"a", b"x", b"c"])
    kept = (tmp_path / "short" / "checkpoint").read_bytes()
    longer = (tmp_path / "long" / "checkpoint").read_bytes()

    assert check(tmp_path / "long", vkey, kept=kept).findings == []
    [(where, said)] = check(tmp_path / "fork", vkey, kept=kept).findings
    assert (where, "rewritten" in said[1]) == ("kept", True)
    [(where, said)] = check(tmp_path / "short", vkey, later=longer).findings
    assert (where, "cut" in said[1]) == ("later", True)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("tile/0/000.p/9", b"x" * 288), ("tile/0/001", b"x" * 8192), ("tile/0/0000", b"x"),
        ("tile/entries/000.p/256", b""), ("tile/0/000.p/03", b"x"), ("tile/7/000.p/1", b"x" * 32),
    ],
)  # fmt: skip
def test_a_file_that_has_no_place(name: str, data: bytes, tmp_path: Path) -> None:
    """Nothing lies hidden among the tiles."""
    vkey = foreign_log(tmp_path / "log", [b"a", b"b", b"c"])
    path = tmp_path / "log" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)

    assert [where for where, _ in check(tmp_path / "log", vkey).findings] == [name]


def test_an_earlier_partial_tile_must_begin_the_present_one(tmp_path: Path) -> None:
    """A web server may keep the tiles of earlier sizes: they are checked too."""
    vkey = foreign_log(tmp_path / "log", [b"a", b"b", b"c"])
    old = tmp_path / "log" / "tile" / "0" / "000.p" / "2"
    old.write_bytes((tmp_path / "log" / "tile" / "0" / "000.p" / "3").read_bytes()[:64])

    assert check(tmp_path / "log", vkey).findings == []
    old.write_bytes(b"x" * 64)
    assert [where for where, _ in check(tmp_path / "log", vkey).findings] == ["tile/0/000.p/2"]


def test_a_link_or_a_giant_is_not_read(tmp_path: Path) -> None:
    """Files are ordinary and bounded: a stick cannot lead elsewhere or fill the memory."""
    vkey = foreign_log(tmp_path / "log", [b"a"])
    tile = tmp_path / "log" / "tile" / "0" / "000.p" / "1"
    data = tile.read_bytes()
    tile.unlink()
    (tmp_path / "elsewhere").write_bytes(data)
    tile.symlink_to(tmp_path / "elsewhere")
    assert "ordinary" in check(tmp_path / "log", vkey).findings[0][1][1]

    tile.unlink()
    with tile.open("wb") as file:
        file.truncate(1 << 40)
    assert "more than 32 bytes" in check(tmp_path / "log", vkey).findings[0][1][1]


def test_a_giant_size_ends_at_the_first_missing_file(tmp_path: Path) -> None:
    """A checkpoint may announce 2**62 entries: nothing is read for them."""
    vkey = foreign_log(tmp_path / "log", [b"a"])
    text = f"{NAME}\n{2**62}\n{base64.b64encode(bytes(32)).decode()}\n"
    key = verifier.parse_vkey(vkey)
    line = base64.b64encode(key.key_id + KEY.sign(text.encode())).decode()
    (tmp_path / "log" / "checkpoint").write_text(f"{text}\n\u2014 {NAME} {line}\n", "utf-8")

    assert [where for where, _ in check(tmp_path / "log", vkey).findings] == ["tile/entries/000"]


GOOD = f"{NAME}\n1\n{base64.b64encode(bytes(32)).decode()}\n"


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("\n1\n", "\n01\n"), GOOD.replace("\n1\n", "\n+1\n"),
        GOOD.replace("\n1\n", "\n-1\n"), GOOD.replace("A=", "B="), GOOD.replace("=", ""),
        GOOD.replace(NAME, "other"), GOOD + "\n", f"{NAME}\n1\n", GOOD.replace("1", "1\t"),
        GOOD.replace("\n1\n", f"\n{10**19}\n"),
    ],
)  # fmt: skip
def test_each_rule_of_a_checkpoint_once_broken(text: str, tmp_path: Path) -> None:
    """Signed well, and not a checkpoint all the same."""
    key = verifier.Key(NAME, KEY.public_key().public_bytes_raw())
    line = base64.b64encode(key.key_id + KEY.sign(text.encode())).decode()

    with pytest.raises(Refused):
        verifier.open_checkpoint(f"{text}\n\u2014 {NAME} {line}\n".encode(), key)


def test_each_rule_of_a_note_once_broken() -> None:
    """Signature lines: dash, name, base64, newline; and an empty line before them."""
    key = verifier.Key(NAME, KEY.public_key().public_bytes_raw())
    material = base64.b64encode(key.key_id + KEY.sign(GOOD.encode())).decode()
    note = f"{GOOD}\n\u2014 {NAME} {material}\n"
    assert verifier.open_note(note.encode(), key) == GOOD
    broken = [
        note[:-1], note.replace("\u2014", "-"), note.replace(f" {NAME} ", f"  {NAME} "),
        note.replace("\n\n", "\n"), note + "\n", note + "\u2014 x AAAA\n", note.replace(NAME, "n+n"),
        note + f"\u2014 x {base64.b64encode(bytes(70)).decode()}\n" * 100, "", "\n\n",
    ]  # fmt: skip
    for one in broken:
        with pytest.raises(Refused):
            verifier.open_note(one.encode(), key)
    with pytest.raises(Refused):
        verifier.open_note(note.encode() + b"\xff\n", key)


def test_it_needs_nothing_but_python() -> None:
    """Standard library only, none of Azalai, and no syntax that Python 3.9 does not have."""
    source = Path(verifier.__file__).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 9))
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {str(n.module) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}

    assert names <= sys.stdlib_module_names | {"collections.abc"}
    assert "strict=" not in source
    assert "bit_count" not in source


def test_the_command_alone(tmp_path: Path) -> None:
    """Copied elsewhere and run in isolation: exit 2 without a key, 0 with it, 3 once changed."""
    vkey = foreign_log(tmp_path / "log", [b"a", b"b"])
    program = tmp_path / "azalai-verify.py"
    program.write_bytes(Path(verifier.__file__).read_bytes())

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", str(program), str(tmp_path / "log"), "--foreign", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    without, good = run(), run("--vkey", vkey, "--lang", "en")
    assert (without.returncode, without.stdout) == (2, "")
    assert "--card" in without.stderr
    assert good.returncode == 0, good.stderr
    assert "verified" in good.stdout
    assert "Ce que cela ne prouve pas" in good.stdout
    assert "What this does not prove" in good.stdout
    assert run("--vkey", "rubbish").returncode == 2
    assert run("--earlier", "no-such-file", "--vkey", vkey).returncode == 2
    for coding in ("utf-8", "utf-8-sig", "utf-16"):
        (tmp_path / "card").write_text(f"registre / log: é\nclé / key: {vkey}\n", coding)
        assert run("--card", str(tmp_path / "card")).returncode == 0
    (tmp_path / "card").write_bytes(b"\xff\xd8\xff\xe0 a picture, say")
    garbage = run("--card", str(tmp_path / "card"), "--lang", "en")
    assert (garbage.returncode, garbage.stderr) == (2, "card: the card is malformed\n")
    assert run("--policy", str(tmp_path / "card"), "--lang", "en").stderr == "policy: not UTF-8\n"
    (tmp_path / "log" / "tile" / "0" / "000.p" / "2").write_bytes(b"x" * 64)
    assert run("--vkey", vkey).returncode == 3
    (tmp_path / "log" / "checkpoint").write_text("")
    assert "\nNOT VERIFIED\n" in run("--vkey", vkey, "--lang", "en").stdout
    (tmp_path / "log" / "vkey").write_text(f"{vkey}\n")
    unanchored = run("--unanchored")
    assert unanchored.stdout.startswith("SANS ANCRAGE")


ONE = b'{"time":"2027-03-05T08:00:00.000000Z","type":"act"}'


@pytest.mark.parametrize(
    "bundle",
    [
        [b'{"a":[{}', b'{}]},{"b":1}'], [b'{"a":1},{"b":2}', b""], [ONE, b" " + ONE], [ONE, b""],
        [ONE, b'{"b":1,"a":2}'], [ONE, b'{"a":1,"a":1}'], [ONE, b"[]"], [ONE, b'{"a":1.0}'],
        [ONE, b'{"a":NaN}'], [ONE, b'{"a":"\\u0041"}'], [ONE, b'{"a":"\xff"}'], [ONE, b"null"],
        [ONE, b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}"], [ONE, ONE + b"\n"],
    ],
)  # fmt: skip
def test_many_at_once_are_as_strict_as_one(bundle: list[bytes]) -> None:
    """What is not one canonical object an entry is refused in a bundle too."""
    with pytest.raises(Refused):
        reading.read_all(bundle)
    with pytest.raises(Refused):
        verifier.read_all(bundle)
    with pytest.raises(Refused):
        [verifier.read_entry(data) for data in bundle]


def test_many_at_once_read_as_one_by_one() -> None:
    """Texts beyond ASCII count in characters, not bytes."""
    bundle = [ONE, '{"a":"Côte d’Ivoire","b":"نيامي"}'.encode(), b'{"a":{"b":[1,null,true]}}']

    for read in (verifier.read_all, reading.read_all):
        assert read(bundle) == [verifier.read_entry(data) for data in bundle]
        assert read([]) == []


@pytest.mark.parametrize(
    "entry", [b'{"time":"2027-03-05T08:00:00.000000Z","type":["act"]}', b'{"type":"act"}',
              b'{"time":7,"type":"act"}', b'{"time":"2027-03-05T08:00:00.000000Z","type":"other"}'],
)  # fmt: skip
def test_an_entry_that_is_not_ours(entry: bytes, tmp_path: Path) -> None:
    """Canonical JSON, and not what Azalai writes: named, never a crash."""
    vkey = foreign_log(tmp_path / "log", [ONE, entry])
    anchor = Anchor(verifier.parse_vkey(vkey), ())
    report = verifier.check_export(str(tmp_path / "log"), anchor, {}, {})

    assert [where for where, _ in report.findings] == ["entry 1"]


INDEX_WORDS = {
    "fr": "b09c327f350d182253619648d3f1361122a291cac8c45a6070118bdfcd9e7277",
    "en": "b80212986ac612519bc28d3a22a85fd743eb49a395801f4528e1d4da2d327cc3",
    "ar": "67982897437f52bbfb4ad5c3eabf6e282ac333dda8cccc04971f1bb5dfd68ba9",
}
"""SHA-256 of the index of `one_of_each`: packs that hold these words are to verify for decades."""


@pytest.mark.parametrize("language", INDEX_WORDS)
def test_the_words_of_an_index_stay(language: str) -> None:
    """A pack of last year is compared byte for byte: new words would turn it red."""
    types = [name for name in verifier.LABELS[language] if name != "title"]
    one_of_each = [(at, {"type": name, "time": f"2027-03-05T08:00:{at:02d}.000000Z", "number": at})
                   for at, name in enumerate(sorted(types))]  # fmt: skip
    text = verifier.index_text(
        one_of_each, verifier.Checkpoint("azalai.invalid/x", 99, b""), language
    )
    assert hashlib.sha256(text.encode()).hexdigest() == INDEX_WORDS[language]
