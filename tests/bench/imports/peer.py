"""django-import-export in an environment of its own: bulk, and uniqueness of the number only.

`measure` makes the environment and runs this file in it; run as a program it imports one workbook
and prints processor seconds, wall seconds and statements.
"""

import json
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

NAME = "django-import-export[xlsx]"
_SECONDS = 300
_NAMES = """
name gender id_number phone ethnicity township village destination employer occupation departure
health emergency_phone remark number
"""
_FIELDS = _NAMES.split()


def measure(file: Path) -> dict[str, float] | str:
    """Its figures, or why there are none."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        venv.create(place / "venv", with_pip=True)
        python = str(place / "venv/bin/python")
        install = [python, "-m", "pip", "install", "--quiet", "--no-input", NAME]
        try:
            subprocess.run(install, check=True, capture_output=True, timeout=_SECONDS)
            done = subprocess.run(
                [python, __file__, str(file), str(place / "peer.db")],
                check=True,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                cwd=place,
            )
        except (subprocess.SubprocessError, OSError) as error:
            said = getattr(error, "stderr", b"") or b""
            return f"{error}: {said[-300:]!r}"
        figures: dict[str, float] = json.loads(done.stdout)
        return figures


def main() -> None:
    import django  # noqa: PLC0415 - only in its own environment
    from django.conf import settings  # noqa: PLC0415

    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[2]}
    settings.configure(
        INSTALLED_APPS=["import_export"],
        DATABASES={"default": database},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()
    print(json.dumps(_import(Path(sys.argv[1]))))


def _import(file: Path) -> dict[str, float]:
    import tablib  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    resource = _make_resource(connection)
    begun, cpu = time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as queries:
        table = tablib.Dataset().load(file.read_bytes(), format="xlsx")
        table.headers = _FIELDS
        result = resource.import_data(table, raise_errors=True, use_transactions=True)
    assert result.totals["new"] == len(table)
    return {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - begun,
        "statements": len(queries),
        "rows": len(table),
    }


def _make_resource(connection):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    from django.db import models  # noqa: PLC0415
    from import_export import resources  # noqa: PLC0415
    from import_export.instance_loaders import CachedInstanceLoader  # noqa: PLC0415

    texts = [name for name in _FIELDS if name not in ("id_number", "departure", "number")]
    columns = {name: models.CharField(max_length=200, null=True, blank=True) for name in texts}
    meta = type("Meta", (), {"app_label": "peer"})
    person = type(
        "Person",
        (models.Model,),
        {
            "__module__": __name__,
            "Meta": meta,
            "id_number": models.CharField(max_length=18, unique=True),
            "departure": models.DateField(null=True),
            "number": models.IntegerField(null=True),
            **columns,
        },
    )
    with connection.schema_editor() as editor:
        editor.create_model(person)
    described = {
        "model": person,
        "fields": _FIELDS,
        "import_id_fields": ["id_number"],
        "use_bulk": True,
        "batch_size": 1000,
        "skip_diff": True,
        "skip_html_diff": True,
        "report_skipped": False,
        "instance_loader_class": CachedInstanceLoader,
    }
    return type(
        "PersonResource", (resources.ModelResource,), {"Meta": type("Meta", (), described)}
    )()


if __name__ == "__main__":
    main()
