"""How the application is put on a port: the socket and uvicorn's configuration, for `serve` and the demo."""

import socket

import uvicorn
from fastapi import FastAPI


def bind(host: str, port: int) -> socket.socket:
    """Bound but not listening yet: port 0 is known before serving. OSError when it cannot be had.

    The protocol is named because asyncio sends without delay (TCP_NODELAY) only where it is: else every
    answer on a connection that is kept would wait 40 ms for the client's acknowledgement of its headers.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def configure(app: FastAPI) -> uvicorn.Config:
    """No log of uvicorn's own: it would hold raw paths and queries (logs.py)."""
    return uvicorn.Config(app, log_config=None, server_header=False)


def read_url(listener: socket.socket) -> str:
    """The address that a bound socket answers at."""
    address, port = listener.getsockname()[:2]
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
