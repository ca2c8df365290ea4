"""The way to the server: proxies and trusted roots are those of the computer."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cli.api import ApiError, make_api

_ANSWER = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: 1\r\nConnection: close\r\n\r\n7"


@contextmanager
def listen(status: bytes, context: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[str]]]:
    """A port of this machine that answers everything alike, and the first lines it was sent."""
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def answer() -> None:
            try:
                line, _ = server.accept()
                with context.wrap_socket(line, server_side=True) if context else line as talk:
                    asked.append(talk.recv(65_536).split(b"\r\n")[0].decode())
                    talk.sendall(_ANSWER % status)
            except OSError:
                asked.append("no trust")

        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1], asked
        thread.join()


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for each in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(each, raising=False)
    with listen(b"502 Bad Gateway") as (port, asked):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        with make_api("https://fangang.example") as api, pytest.raises(ApiError):
            api.request("GET", "/v1/me", repeatable=False)
    assert asked == ["CONNECT fangang.example:443 HTTP/1.1"]


def test_no_proxy_stands_before_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with listen(b"200 OK") as (port, asked), make_api(f"http://127.0.0.1:{port}") as api:
        assert api.get("/v1/me") == 7
    assert asked == ["GET /v1/me HTTP/1.1"]


def _make_certificate(folder: Path) -> Path:
    """For localhost, signed by itself; key and certificate in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begin = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=3))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *form)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.mark.parametrize("is_trusted", [True, False])
def test_the_systems_trust_store_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_trusted: bool
) -> None:
    """On Linux its place can be named; the bundle that httpx would bring is not asked."""
    pem = _make_certificate(tmp_path)
    (tmp_path / "none").mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(pem if is_trusted else tmp_path / "nothing.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with (
        listen(b"200 OK", context) as (port, asked),
        make_api(f"https://localhost:{port}") as api,
    ):
        if is_trusted:
            assert api.get("/v1/me") == 7
        else:
            with pytest.raises(ApiError, match="证书不受这台电脑信任，没有发送任何内容"):
                api.get("/v1/me")
    assert asked == (["GET /v1/me HTTP/1.1"] if is_trusted else ["no trust"])
