"""Judges a token as a portal in Python would, with `cryptography`: what ours is measured beside.

Reads one JSON object on standard input (verifier/examples/judging.rs, `sample`) and prints the
CPU time of one judgement in microseconds. The authority's key, its list, what is expected and
the token's JSON are read once; the certificate is read, and all is checked, each time.
"""

import base64
import hashlib
import json
import re
import sys
import time
from datetime import datetime, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROUNDS = 2_000
CNS_POLICY = "1.3.76.16.2.1"
COMMON_NAME = re.compile(r"([A-Z0-9]{16})/([0-9]+)(\.[^/]*)?")

sample = json.load(sys.stdin)
authority = x509.load_der_x509_certificate(base64.b64decode(sample["authority"]))
authority_key = authority.public_key()
revoked = x509.load_der_x509_crl(base64.b64decode(sample["list"]))
now = datetime.fromtimestamp(sample["now"], timezone.utc)
token = sample["token"]
assert token["algorithm"] == "RS256"
card, signature = (base64.b64decode(token[name]) for name in ("unverifiedCertificate", "signature"))


def judge():
    certificate = x509.load_der_x509_certificate(card)
    assert certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc

    extensions = certificate.extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature and not usage.content_commitment
    extended = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert ExtendedKeyUsageOID.CLIENT_AUTH in extended
    policies = extensions.get_extension_for_class(x509.CertificatePolicies).value
    assert any(policy.policy_identifier.dotted_string == CNS_POLICY for policy in policies)
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    codice_fiscale = COMMON_NAME.match(name.value).group(1)

    assert certificate.issuer == authority.subject
    assert authority.not_valid_before_utc <= now <= authority.not_valid_after_utc
    authority_key.verify(
        certificate.signature,
        certificate.tbs_certificate_bytes,
        padding.PKCS1v15(),
        certificate.signature_hash_algorithm,
    )
    assert revoked.next_update_utc > now
    serial_number = certificate.serial_number
    assert revoked.get_revoked_certificate_by_serial_number(serial_number) is None

    key = certificate.public_key()
    assert key.key_size >= 2048
    message = b"".join(
        hashlib.sha256(part.encode()).digest() for part in (sample["origin"], sample["nonce"])
    )
    key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    return codice_fiscale


judge()
before = time.process_time()
for _ in range(ROUNDS):
    judge()
print((time.process_time() - before) * 1e6 / ROUNDS)
