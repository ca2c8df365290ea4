"""Models that datamodel-code-generator writes from the API document read what the document shows."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from datamodel_code_generator import DataModelType, InputFileType, PythonVersion, generate
from datamodel_code_generator.format import Formatter


@pytest.fixture(scope="session")
def models(document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    written = tmp_path_factory.mktemp("models") / "generated_fangang_models.py"
    generate(
        json.dumps(document, ensure_ascii=False),
        input_file_type=InputFileType.OpenAPI,
        output=written,
        output_model_type=DataModelType.PydanticV2BaseModel,
        target_python_version=PythonVersion.PY_311,
        formatters=[Formatter.BUILTIN],
    )
    return _load(written)


def _load(written: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(written.stem, written)
    assert spec is not None
    assert spec.loader is not None
    made = sys.modules[written.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_every_example_is_read_by_its_model(document: dict[str, Any], models: ModuleType) -> None:
    shown = {
        name: schema["examples"]
        for name, schema in document["components"]["schemas"].items()
        if "properties" in schema and schema.get("examples")
    }
    for name, examples in shown.items():
        for example in examples:
            getattr(models, name).model_validate(example)
    assert len(shown) > 50


def test_events_are_told_apart_by_their_kind(document: dict[str, Any], models: ModuleType) -> None:
    for body in ("TripEventsIn", "WorkerEventsIn"):
        items = document["components"]["schemas"][body]["properties"]["events"]["items"]
        for kind, reference in items["discriminator"]["mapping"].items():
            name = reference.rpartition("/")[2]
            (example,) = document["components"]["schemas"][name]["examples"]
            read = getattr(models, body).model_validate({"events": [example]})
            assert (type(read.events[0].root).__name__, example["kind"]) == (name, kind)


def test_the_generators_express_all_but_the_pictures(
    package_folder: tuple[Path, list[str]],
) -> None:
    """A generated client sends files as octet-stream and has no types for images."""
    _, warnings = package_folder
    assert len(warnings) == 4
    assert [each for each in warnings if "/attachments/{attachment_id}" not in each] == []
