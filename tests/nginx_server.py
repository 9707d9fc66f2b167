"""A real nginx on loopback that speaks TLS as it is told, with certificates of the stand's authority."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mimtest.sandbox.stand.certificates import Wanted, authority_kind, authority_pem, chain_pem

#: Debian's package nginx-light.
PROGRAM: Final = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
_SECONDS: Final = 10
_MAIN: Final = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  server_tokens off;
  default_type application/json;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  ssl_certificate {folder}/server.pem;
  ssl_certificate_key {folder}/server.pem;
  server {{
    listen 127.0.0.1:{port} ssl;
    {tls}
    location = /town {{ {data} return 200 '{{"clockTowers": 1}}'; }}
  }}
  server {{
    listen 127.0.0.1:{plain};
    {without}
  }}
}}
"""
_TARGET: Final = """\
[product]
supplier = "nginx"
name = "nginx"
version = "1"

[scope]
authorised_by = "the tests"
level = "safe"

[interfaces.door]
kind = "tls"
url = "https://127.0.0.1:{port}/town"
plain = "http://127.0.0.1:{plain}"
ca = "authority.pem"

[claims]
mims = ["MIM6"]
"""


@contextmanager
def nginx(
    folder: Path, *, tls: str, without: str, data: str = "", wanted: Wanted | None = None
) -> Iterator[str]:
    """Serve with these lines of configuration; gives the text of a target file, to be put into the folder."""
    certificate = wanted or Wanted()
    port, plain = _free(), _free()
    words = {"folder": folder, "port": port, "plain": plain}
    main = _MAIN.format(**words, tls=tls, data=data, without=without)
    (folder / "nginx.conf").write_text(main, encoding="utf-8")
    (folder / "server.pem").write_bytes(chain_pem(certificate))
    (folder / "authority.pem").write_bytes(authority_pem(authority_kind(certificate)))
    with subprocess.Popen(
        [str(PROGRAM), "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
    ) as running:
        try:
            _wait(port, running, folder)
            yield _TARGET.format(**words)
        finally:
            running.terminate()


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(port: int, running: "subprocess.Popen[bytes]", folder: Path) -> None:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end and running.poll() is None:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    log = folder / "error.log"
    raise AssertionError(log.read_text(encoding="utf-8") if log.exists() else "nginx did not start")
