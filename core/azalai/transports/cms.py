"""Signed and encrypted messages in CMS (RFC 5652): the face of `cms_signed`, `cms_enveloped`."""

from azalai.transports.cms_enveloped import decrypt, encrypt
from azalai.transports.cms_signed import sign, verify

__all__ = ["decrypt", "encrypt", "sign", "verify"]
