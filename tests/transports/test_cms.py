"""CMS both ways with the real OpenSSL; what is not to be trusted is one error, never a traceback."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms as asn1_cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from azalai.errors import CmsError
from azalai.simulate import certificates
from azalai.transports import cms
from mail_rig import certificate, certificates_in, identity, openssl

NOW = datetime.now(UTC)
CONTENT = "Content-Type: text/plain\r\n\r\nMESSAGE FICTIF, accents éèà\r\n".encode() * 40
EC, RSA = "sender", "recipient"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificates_in(tmp_path_factory.mktemp("cms"))


@pytest.fixture(scope="module")
def whole(folder: Path) -> tuple[bytes, bytes]:
    """One signed and one encrypted message, the same bytes for every example."""
    return signed(folder), cms.encrypt(CONTENT, certificate(folder, RSA), NOW)


def signed(folder: Path, name: str = EC, content: bytes = CONTENT) -> bytes:
    us = identity(folder, name)
    return cms.sign(content, us.certificate, us.key, NOW)


def refusal(der: bytes, *trusted: x509.Certificate, at: datetime = NOW) -> str:
    with pytest.raises(CmsError) as caught:
        cms.verify(der, trusted, at)
    return caught.value.reason


def unopened(der: bytes, folder: Path, name: str = RSA) -> str:
    us = identity(folder, name)
    with pytest.raises(CmsError) as caught:
        cms.decrypt(der, us.certificate, us.key)
    return caught.value.reason


@pytest.mark.parametrize("name", [EC, RSA])
def test_openssl_verifies_what_we_sign(folder: Path, name: str) -> None:
    """ECDSA P-256 and RSA, the signer's certificate inside."""
    (folder / "s.der").write_bytes(signed(folder, name))
    content = openssl(folder, "-verify", "-binary", "-inform", "DER", "-in", "s.der",
                      "-CAfile", "ca.pem")  # fmt: skip

    assert content == CONTENT


@pytest.mark.parametrize("name", [EC, RSA])
def test_openssl_decrypts_what_we_encrypt(folder: Path, name: str) -> None:
    """RSAES-OAEP and ECDH, AES-256-GCM under both."""
    (folder / "e.der").write_bytes(cms.encrypt(CONTENT, certificate(folder, name), NOW))
    content = openssl(folder, "-decrypt", "-inform", "DER", "-in", "e.der",
                      "-recip", f"{name}.pem", "-inkey", f"{name}.key")  # fmt: skip

    assert content == CONTENT


@pytest.mark.parametrize(("name", "extra"), [
    (EC, []), (EC, ["-keyid"]), (EC, ["-stream"]), (EC, ["-md", "sha512"]),
    (RSA, []), (RSA, ["-keyopt", "rsa_padding_mode:pss"]), (RSA, ["-stream", "-keyid"]),
])  # fmt: skip
def test_we_verify_what_openssl_signs(folder: Path, name: str, extra: list[str]) -> None:
    """Streamed (BER) or not, by issuer or key identifier, PKCS #1 or PSS."""
    made = openssl(folder, "-sign", "-binary", "-nodetach", "-outform", "DER",
                   "-signer", f"{name}.pem", "-inkey", f"{name}.key", *extra, data=CONTENT)  # fmt: skip

    assert cms.verify(made, [certificate(folder, name)], NOW) == CONTENT


@pytest.mark.parametrize(("name", "extra"), [
    (RSA, []), (RSA, ["-stream"]), (RSA, ["-keyid"]), (RSA, ["-keyopt", "rsa_padding_mode:oaep"]),
    (EC, []), (EC, ["-stream"]), (EC, ["-keyopt", "ecdh_kdf_md:sha256"]),
])  # fmt: skip
def test_we_decrypt_what_openssl_encrypts(folder: Path, name: str, extra: list[str]) -> None:
    """`openssl cms -encrypt -aes-256-gcm`, to an RSA and to an EC recipient."""
    made = openssl(folder, "-encrypt", "-binary", "-aes-256-gcm", "-outform", "DER",
                   "-recip", f"{name}.pem", *extra, data=CONTENT)  # fmt: skip
    us = identity(folder, name)

    assert cms.decrypt(made, us.certificate, us.key) == CONTENT


def test_only_the_pinned_signer_counts(folder: Path) -> None:
    """A certificate of the same authority is as foreign as any other; nobody trusted: nobody."""
    made = signed(folder)

    assert refusal(made, certificate(folder, "receipts"), certificate(folder, "ca")) == (
        "foreign_signer"
    )
    assert refusal(made) == "foreign_signer"


def test_a_signer_must_hold_today_and_may_sign(folder: Path, tmp_path: Path) -> None:
    """Expired, not yet valid, or made for TLS only."""
    made, ours = signed(folder), certificate(folder, EC)
    server = identity(folder, "server")

    assert refusal(made, ours, at=NOW + timedelta(days=800)) == "signer_certificate_expired"
    assert refusal(made, ours, at=NOW - timedelta(days=9)) == "signer_certificate_not_yet_valid"
    with pytest.raises(CmsError, match="signer_certificate_usage"):
        cms.sign(CONTENT, server.certificate, server.key, NOW)


def test_signing_with_the_key_of_another_certificate_is_refused(folder: Path) -> None:
    """A mistake in the configuration, found before anything leaves."""
    with pytest.raises(CmsError, match="signer_key_of_another_certificate"):
        cms.sign(CONTENT, certificate(folder, EC), identity(folder, "receipts").key, NOW)


def test_altered_content_or_signature(folder: Path) -> None:
    """One byte of the content, or one of the signature."""
    ours, content = certificate(folder, EC), signed(folder).replace(b"FICTIF", b"FICTIV", 1)
    info = asn1_cms.ContentInfo.load(signed(folder))
    signer = info["content"]["signer_infos"][0]
    value = bytearray(signer["signature"].native)
    value[-1] ^= 1
    signer["signature"] = bytes(value)

    assert refusal(content, ours) == "digest_differs"
    assert refusal(info.dump(force=True), ours) == "signature_differs"


def test_a_stripped_signature_or_stripped_attributes(folder: Path) -> None:
    """No signer at all; a signer without signed attributes; attributes without the digest."""
    ours = certificate(folder, EC)
    bare = asn1_cms.ContentInfo.load(signed(folder))
    bare["content"]["signer_infos"] = []
    naked = openssl(folder, "-sign", "-binary", "-nodetach", "-noattr", "-outform", "DER",
                    "-signer", f"{EC}.pem", "-inkey", f"{EC}.key", data=CONTENT)  # fmt: skip
    no_digest = asn1_cms.ContentInfo.load(signed(folder))
    signer = no_digest["content"]["signer_infos"][0]
    signer["signed_attrs"] = [a for a in signer["signed_attrs"]
                              if a["type"].native != "message_digest"]  # fmt: skip

    assert refusal(bare.dump(force=True), ours) == "not_signed"
    assert refusal(naked, ours) == "no_signed_attributes"
    assert refusal(no_digest.dump(force=True), ours) == "no_signed_attributes"


def test_all_signers_or_none(folder: Path) -> None:
    """Two signers: both must be trusted."""
    both = openssl(folder, "-sign", "-binary", "-nodetach", "-outform", "DER",
                   "-signer", f"{EC}.pem", "-inkey", f"{EC}.key", "-signer", "foreign.pem",
                   "-inkey", "foreign.key", data=CONTENT)  # fmt: skip

    assert refusal(both, certificate(folder, EC)) == "foreign_signer"
    assert cms.verify(both, [certificate(folder, EC), certificate(folder, "foreign")], NOW) == (
        CONTENT
    )


def test_what_is_no_signed_data(folder: Path) -> None:
    """Detached, weak digest, an envelope, nothing, text, trailing bytes, too long."""
    ours = certificate(folder, EC)
    sign = ("-sign", "-binary", "-outform", "DER", "-signer", f"{EC}.pem", "-inkey", f"{EC}.key")

    assert refusal(openssl(folder, *sign, data=CONTENT), ours) == "detached"
    assert refusal(
        openssl(folder, *sign, "-nodetach", "-md", "sha1", data=CONTENT), ours
    ) == "algorithm"  # fmt: skip
    assert refusal(cms.encrypt(CONTENT, certificate(folder, RSA), NOW), ours) == "not_signed"
    assert refusal(b"", ours) == "malformed"
    assert refusal(CONTENT, ours) == "malformed"
    assert refusal(signed(folder) + b"\0", ours) == "malformed"
    assert refusal(b"\0" * 33_000_000, ours) == "too_large"


def test_an_unauthenticated_envelope_is_not_opened(folder: Path) -> None:
    """AES-CBC can be changed unseen (EFAIL): not even tried."""
    made = openssl(folder, "-encrypt", "-binary", "-aes-256-cbc", "-outform", "DER",
                   f"{RSA}.pem", data=CONTENT)  # fmt: skip

    assert unopened(made, folder) == "not_authenticated"


def test_an_envelope_changed_anywhere_is_not_opened(folder: Path) -> None:
    """Content, tag and wrapped key: the same answer for each."""
    for place in ("content", "mac", "key"):
        info = asn1_cms.ContentInfo.load(cms.encrypt(CONTENT, certificate(folder, RSA), NOW))
        held = info["content"]
        part, name = {
            "content": (held["auth_encrypted_content_info"], "encrypted_content"),
            "mac": (held, "mac"),
            "key": (held["recipient_infos"][0].chosen, "encrypted_key"),
        }[place]
        value = bytearray(part[name].native)
        value[5] ^= 1
        part[name] = bytes(value)

        assert unopened(info.dump(force=True), folder) == "not_opened", place


def test_an_envelope_for_another(folder: Path) -> None:
    """Not ours, or ours by name and another's by key."""
    made = cms.encrypt(CONTENT, certificate(folder, EC), NOW)
    us = identity(folder, RSA)

    assert unopened(made, folder) == "not_for_us"
    with pytest.raises(CmsError, match="not_opened"):
        cms.decrypt(made, certificate(folder, EC), us.key)
    with pytest.raises(CmsError, match="not_opened"):
        cms.decrypt(made, certificate(folder, EC), ec.generate_private_key(ec.SECP256R1()))


def test_a_short_tag_is_refused(folder: Path) -> None:
    """A truncated tag is easier to forge: 16 bytes or nothing."""
    info = asn1_cms.ContentInfo.load(cms.encrypt(CONTENT, certificate(folder, RSA), NOW))
    info["content"]["mac"] = info["content"]["mac"].native[:12]

    assert unopened(info.dump(force=True), folder) == "not_authenticated"


def test_nothing_is_encrypted_to_who_may_not_have_it(folder: Path, tmp_path: Path) -> None:
    """An expired certificate, one not yet valid, one made for TLS."""
    ca, authority = certificates.make_authority(tmp_path)
    certificates.issue(tmp_path, "late", ca, authority, days=-1, use="mail")

    for name, at, reason in (
        (certificate(tmp_path, "late"), NOW, "recipient_certificate_expired"),
        (certificate(folder, RSA), NOW - timedelta(days=9), "recipient_certificate_not_yet_valid"),
        (certificate(folder, "server"), NOW, "recipient_certificate_usage"),
    ):
        with pytest.raises(CmsError, match=reason):
            cms.encrypt(CONTENT, name, at)


@tries(max_examples=100, deadline=None)
@given(data=st.data())
def test_hostile_bytes_are_one_error(
    folder: Path, whole: tuple[bytes, bytes], data: st.DataObject
) -> None:
    """Any byte changed or cut: CmsError, or the very content."""
    us, ours = identity(folder, RSA), certificate(folder, EC)
    sealed = data.draw(st.booleans())
    made = bytearray(whole[sealed])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(made) - 1))
        made[place] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        made = made[: data.draw(st.integers(0, len(made)))]
    try:
        if sealed:
            content = cms.decrypt(bytes(made), us.certificate, us.key)
        else:
            content = cms.verify(bytes(made), [ours], NOW)
    except CmsError:
        return

    assert content == CONTENT


def test_a_nest_of_sets_is_malformed(folder: Path) -> None:
    """Depth 20,000: no recursion error, no traceback."""
    deep = b"\x30\x80" * 20_000
    octets = b"\x24\x80" * 20_000

    for hostile in (deep, octets, b"\x30\x84\xff\xff\xff\xff" + os.urandom(40)):
        assert refusal(hostile, certificate(folder, EC)) == "malformed"
        assert unopened(hostile, folder) == "malformed"
