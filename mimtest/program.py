"""Which mimtest this is: a digest of its program, so that two of one version can be told apart."""

from functools import cache
from hashlib import sha256
from typing import Final

from mimtest.resources import program_files

_BROKEN: Final = (b"\r\n", b"\n")


@cache
def digest() -> str:
    """SHA-256 over the names and digests of the program's files, whatever breaks their lines have."""
    whole = sha256()
    for name, path in program_files():
        whole.update(f"{name} {sha256(path.read_bytes().replace(*_BROKEN)).hexdigest()}\n".encode())
    return f"sha256:{whole.hexdigest()}"
