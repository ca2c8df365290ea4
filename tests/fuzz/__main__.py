"""Any bytes into the reader of rosters and its rules: no crash, no hang, no row unaccounted for.

    make fuzz SECONDS=1800                      both targets, half of the time each
    python -m tests.fuzz reader --seconds 900   one of them: reader (files) or rules (cells)
    python -m tests.fuzz reader FILE…           one file again, as it was kept

With atheris (coverage-guided) where it is installed, else, or with --plain, with the seeded changes
of mutating.py alone; which of the two ran is the first line that is said. Both change the members of
a workbook, not only its bytes. Limits for each input: 5 s of processor time and 300 MB (the
contract's for hostile files); an abort or a crash of the reader ends the run as well. Exit code 0:
nothing was found. What was found is kept in the folder that --folder names (default .fuzz), as
crash-*, oom-* or timeout-* (an abort inside the reader says nothing else);
what was learned stays in its corpus.
"""

import argparse
import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

SEED: Final = 20200324
MAX_SIZE: Final = 128 * 1024
_HANG_SECONDS: Final = 120
_MOST_MEGABYTES: Final = 1_024


def main() -> int:
    options = _read_options()
    if not options.target:
        return max(_run_alone(target, options) for target in ("reader", "rules"))
    if options.files:
        return _run_files(options.target, options.files)
    folder = Path(options.folder) / options.target
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    if options.plain or not _has_atheris():
        print(f"*** {options.target}: WITHOUT atheris, seeded changes only ***", flush=True)
        return _run_plain(options, folder)
    print(f"{options.target}: with atheris, guided by coverage", flush=True)
    return _run_atheris(options, folder, corpus)


def _read_options() -> Any:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("target", nargs="?", choices=["reader", "rules"])
    parser.add_argument("files", nargs="*")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--folder", default=".fuzz")
    parser.add_argument("--plain", action="store_true")
    return parser.parse_args()


def _run_alone(target: str, options: Any) -> int:
    """A process of its own: libFuzzer ends the one that it runs in."""
    command = [sys.executable, "-m", "tests.fuzz", target, "--seconds", str(options.seconds // 2)]
    command += ["--seed", str(options.seed), "--folder", options.folder]
    return subprocess.run([*command, *(["--plain"] * options.plain)], check=False).returncode


def _has_atheris() -> bool:
    try:
        import atheris  # noqa: F401, PLC0415 (may be absent)
    except ImportError:
        return False
    return True


def _run_files(name: str, files: list[str]) -> int:
    from tests.fuzz.targets import TARGETS, limited  # noqa: PLC0415 (after instrumentation)

    run = limited(TARGETS[name])
    for file in files:
        run(Path(file).read_bytes())
    return 0


def _run_atheris(options: Any, folder: Path, corpus: Path) -> int:
    import atheris  # noqa: PLC0415 (may be absent)

    with atheris.instrument_imports(include=["cli.sheets", "schemas"]):
        from tests.fuzz.mutating import mutate  # noqa: PLC0415 (inside the instrumentation)
        from tests.fuzz.targets import TARGETS, limited  # noqa: PLC0415
    _plant(options.target, corpus)

    def change(data: bytes, max_size: int, seed: int) -> bytes:
        chance = random.Random(seed)
        plain = None if chance.random() < 0.5 else lambda raw: atheris.Mutate(raw, len(raw) + 64)
        return mutate(data, chance, max_size=max_size, plain=plain)

    arguments = [
        sys.argv[0],
        f"-max_total_time={options.seconds}",
        f"-seed={options.seed}",
        f"-max_len={MAX_SIZE}",
        f"-timeout={_HANG_SECONDS}",
        f"-rss_limit_mb={_get_inherited_megabytes() + _MOST_MEGABYTES}",
        f"-artifact_prefix={folder}/",
        "-verbosity=1",
        str(corpus),
    ]
    own = {"custom_mutator": change} if options.target == "reader" else {}
    atheris.Setup(arguments, limited(TARGETS[options.target]), **own)
    atheris.Fuzz()
    return 0


def _get_inherited_megabytes() -> int:
    """libFuzzer looks at ru_maxrss, which begins with the peak of the program that started this one."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _plant(target: str, corpus: Path) -> None:
    for name, content in _make_seeds(target).items():
        (corpus / f"seed-{name}").write_bytes(content)


def _make_seeds(target: str) -> dict[str, bytes]:
    from tests.fuzz.seeds import make_seeds  # noqa: PLC0415 (not inside the instrumentation)

    if target == "reader":
        return make_seeds()
    chance = random.Random(SEED)
    return {f"cells-{number}": chance.randbytes(80 * number) for number in range(1, 25)}


def _run_plain(options: Any, folder: Path) -> int:
    """The input is kept before it is tried, so that an abort leaves it behind."""
    from tests.fuzz.mutating import mutate  # noqa: PLC0415 (kept beside the other way)
    from tests.fuzz.targets import TARGETS, limited  # noqa: PLC0415

    chance, run = random.Random(options.seed), limited(TARGETS[options.target])
    seeds = list(_make_seeds(options.target).values())
    kept, tried = folder / "crash-last", 0
    for seed in seeds:
        kept.write_bytes(seed)
        run(seed)
    until = time.monotonic() + options.seconds
    while time.monotonic() < until:
        data = chance.choice(seeds)
        for _ in range(chance.choice((1, 1, 2, 5))):
            data = mutate(data, chance, max_size=MAX_SIZE)
        kept.write_bytes(data)
        run(data)
        tried += 1
    kept.unlink()
    print(f"Done {tried} runs", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
