"""A client that openapi-python-client writes from the API document, and calls through it by operation id."""

import importlib
import json
import re
import sys
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

PACKAGE: Final = "generated_fangang_client"


def write_client(document: Mapping[str, Any], folder: Path) -> list[str]:
    """The package below `folder`. What the generator could not express is answered, in its words."""
    written = folder / "openapi.json"
    written.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    config = Config.from_sources(
        ConfigFile(post_hooks=[]),
        MetaType.NONE,
        document_source=written,
        file_encoding="utf-8",
        overwrite=True,
        output_path=folder / PACKAGE,
    )
    return [f"{each.header}: {each.detail}" for each in generate(config=config)]


@dataclass(frozen=True, slots=True)
class Calls:
    """The generated functions by operation id: `send("openTrip", token, body=…)`."""

    address: str
    endpoints: Mapping[str, str]
    """Operation id → module of the package."""
    _clients: dict[str | None, Any] = field(default_factory=dict)
    """One for each token: it keeps its connection."""

    def send(
        self,
        operation: str,
        token: str | None = None,
        *,
        body: Mapping[str, Any] | None = None,
        status: int | None = None,
        **parameters: Any,
    ) -> Any:
        """What the typed model of the answer holds, as a dictionary. `status`: what has to be answered, if
        not a success.
        """
        endpoint = importlib.import_module(self.endpoints[operation])
        if body is not None:
            parameters["body"] = _find_body(endpoint).from_dict(dict(body))
        answer = endpoint.sync_detailed(client=self._open(token), **parameters)
        fits = answer.status_code < 300 if status is None else answer.status_code == status
        assert fits, f"{operation}: {answer.status_code} {answer.content.decode()}"
        return None if answer.parsed is None else answer.parsed.to_dict()

    def _open(self, token: str | None) -> Any:
        if token not in self._clients:
            client = importlib.import_module(f"{PACKAGE}.client")
            if token is None:
                made = client.Client(base_url=self.address)
            else:
                made = client.AuthenticatedClient(base_url=self.address, token=token)
            self._clients[token] = made
        return self._clients[token]

    def close(self) -> None:
        for each in self._clients.values():
            each.get_httpx_client().close()


def _find_body(endpoint: ModuleType) -> Any:
    """The model that the endpoint's parameter `body` names."""
    named = typing.get_type_hints(endpoint.sync_detailed)["body"]
    choices = typing.get_args(named) or (named,)
    return next(each for each in choices if hasattr(each, "from_dict"))


def open_calls(document: Mapping[str, Any], folder: Path, address: str) -> Calls:
    """`folder` holds the package."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    endpoints = {
        operation["operationId"]: f"{PACKAGE}.api.{operation['tags'][0]}.{_snake(operation)}"
        for methods in document["paths"].values()
        for operation in methods.values()
    }
    return Calls(address, endpoints)


def _snake(operation: Mapping[str, Any]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation["operationId"]).lower()
