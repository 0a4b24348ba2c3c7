"""Certificates for TLS are read when they are needed: the simulated provider needs none."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

_NAMED_BY = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def read_certificates_late() -> None:
    """Let httpx look up certificates in the folder of OpenSSL, unless the environment says where they are.

    By itself it reads a file of all of them for each client, which takes longer than most calls. A connection to
    anywhere but the provider is verified all the same. Without such a folder, nothing is changed.
    """
    folder = ssl.get_default_verify_paths().capath
    # OpenSSL finds a certificate by the hash of its name: "4a6481c9.0".
    if folder and not any(name in os.environ for name in _NAMED_BY) and any(Path(folder).glob("*.0")):
        os.environ["SSL_CERT_DIR"] = folder
