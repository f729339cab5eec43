"""The DTLS client (RFC 5764): one certificate for all participants; SRTP keys out of a handshake."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from OpenSSL import SSL

_GCM, _CM = b"SRTP_AEAD_AES_128_GCM", b"SRTP_AES128_CM_SHA1_80"
_SALT_SIZES = {_GCM: 12, _CM: 14}
_KEY_SIZE = 16
_LABEL = b"EXTRACTOR-dtls_srtp"
_MTU = 1200
_RECORD_HEADER = struct.Struct("!BHHHIH")  # type, version, epoch, sequence number (48 bits), length
_READ_SIZE = 1 << 16


class DtlsError(Exception):
    """The handshake failed."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Master key and salt, joined, of either direction."""

    gcm: bool
    send: bytes
    receive: bytes


class Certificate:
    """A self-signed certificate, and what every handshake with it has in common."""

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _self_signed(key)
        self.fingerprint = _fingerprint(certificate)
        self._context = SSL.Context(SSL.DTLS_METHOD)
        self._context.use_privatekey(key)
        self._context.use_certificate(certificate)
        self._context.set_tlsext_use_srtp(b":".join((_GCM, _CM)))
        # Who the server is, is settled by the digest of its certificate, after the handshake.
        self._context.set_verify(SSL.VERIFY_PEER, lambda *_: True)

    def handshake(self) -> Handshake:
        """Begin a handshake."""
        return Handshake(self._context)


class Handshake:
    """A handshake that is fed with datagrams and drained of them."""

    def __init__(self, context: SSL.Context) -> None:
        self._connection = SSL.Connection(context)
        self._connection.set_connect_state()
        self._connection.set_ciphertext_mtu(_MTU)
        self._done = False

    def feed(self, datagram: bytes) -> None:
        """Take a datagram of the server."""
        self._connection.bio_write(datagram)

    def step(self) -> list[bytes]:
        """Go on as far as possible; return the datagrams to send. Raises DtlsError."""
        try:
            if not self._done:
                self._connection.do_handshake()
                self._done = True
        except SSL.WantReadError:
            pass
        except SSL.Error as error:
            raise DtlsError(f"the handshake failed: {error}") from None
        return self._outgoing()

    def repeat(self) -> list[bytes]:
        """Return the last flight again if OpenSSL's timer has run out, else nothing."""
        self._connection.DTLSv1_handle_timeout()
        return self._outgoing()

    def keys(self, fingerprint: str) -> Keys | None:
        """The keys, or None before the end. Raises DtlsError if the server has not this digest."""
        if not self._done:
            return None
        certificate = self._connection.get_peer_certificate(as_cryptography=True)
        if certificate is None or _fingerprint(certificate) != fingerprint:
            raise DtlsError("the server's certificate is not the announced one")
        profile = self._connection.get_selected_srtp_profile()
        if profile not in _SALT_SIZES:
            raise DtlsError("there is no common SRTP profile")
        return self._export(profile)

    def _export(self, profile: bytes) -> Keys:
        """Cut the material: both keys, then both salts, the client's first (RFC 5764 section 4.2)."""
        salt_size = _SALT_SIZES[profile]
        material = self._connection.export_keying_material(_LABEL, 2 * (_KEY_SIZE + salt_size))
        salts = material[2 * _KEY_SIZE :]
        return Keys(
            gcm=profile == _GCM,
            send=material[:_KEY_SIZE] + salts[:salt_size],
            receive=material[_KEY_SIZE : 2 * _KEY_SIZE] + salts[salt_size:],
        )

    def _outgoing(self) -> list[bytes]:
        try:
            flight = self._connection.bio_read(_READ_SIZE)
        except SSL.WantReadError:
            return []
        return list(pack_records(flight))


def pack_records(flight: bytes) -> Iterator[bytes]:
    """Divide a flight into datagrams, none of which cuts a record in two."""
    start = end = 0
    while end < len(flight):
        record_end = end + _RECORD_HEADER.size + _RECORD_HEADER.unpack_from(flight, end)[-1]
        if record_end - start > _MTU and end > start:
            yield flight[start:end]
            start = end
        end = record_end
    if end > start:
        yield flight[start:end]


def _self_signed(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "load")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(days=1))
    return builder.not_valid_after(now + datetime.timedelta(days=30)).sign(key, hashes.SHA256())


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()
