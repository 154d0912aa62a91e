"""`handrail llm`: the local model. It is optional, runs apart from every verdict, and can only raise the risk of a session."""

from __future__ import annotations

import time
from pathlib import Path

import click
import msgspec

from sensor.cli.context import Installation, json_option, who
from sensor.cli.health.status import told_state
from sensor.cli.output import Printer
from sensor.correlate.backends import HINT, ModelError, check_file, digest_of, load, runtimes
from sensor.correlate.scoring import HARMLESS_CANARIES, RISKY_CANARIES, Scorer
from sensor.settings import load_settings


@click.group()
def llm() -> None:
    """The local model that looks at what calls do after they were judged. Nothing is downloaded or sent.

    \b
    Examples:
      handrail llm test ~/models/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf
      handrail llm use ~/models/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf
      handrail llm status
      handrail llm off
    """


@llm.command()
@json_option
@click.pass_obj
def status(installation: Installation, printer: Printer) -> None:
    """Which model is used, how it stands, and what it cost today."""
    found = {**installation.ask("model.status"), "runtimes": list(runtimes())}
    if printer.result(found):
        return
    printer.facts([
        ("model", found["model"] or "none: choose one with handrail llm use FILE"), ("state", told_state(found)),
        ("runtimes", ", ".join(found["runtimes"]) or f"none. {HINT}"),
        *([("asked", f"{found.get('asked', 0)} calls, {found.get('cpu_seconds', 0)} CPU seconds today")] if "asked" in found else []),
        ("lines", f"{found['lines_sent']} sent, {found['lines_dropped']} dropped, {found['raised']} raised a risk (since the sensor started)"),
    ])


@llm.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--runtime", default="", help="llama_cpp or xllamacpp; default: the first that is installed.")
@json_option
@click.pass_obj
def test(installation: Installation, file: Path | None, runtime: str, printer: Printer) -> None:
    """Load a model here and try it on commands whose answer is known. Exit code 1: it is not good enough.

    \b
    Examples:
      handrail llm test                 the model of the settings
      handrail llm test MODEL.gguf
    """
    settings = load_settings(installation.paths.config_file).llm
    path = (file or Path(settings.model_path or "")).expanduser()
    if not str(path) or path == Path():
        raise ModelError("No model is chosen", next_step="Give a file: handrail llm test MODEL.gguf")
    check_file(path)
    begun = time.perf_counter()
    backend = load(path, settings.threads, runtime or settings.runtime)
    loaded = time.perf_counter() - begun
    try:
        scorer = Scorer(backend)
        begun = time.process_time()
        scores = [(line, expected, scorer.odds(line)) for lines, expected in ((RISKY_CANARIES, "risky"), (HARMLESS_CANARIES, "harmless")) for line in lines]
        each = (time.process_time() - begun) / len(scores)
        trial = scorer.trial()
    finally:
        backend.close()
    good = trial.passed(settings.least_apart)
    result = {
        "model": str(path), "runtime": backend.name, "load_s": round(loaded, 2), "cpu_s_per_line": round(each, 3),
        **msgspec.to_builtins(trial), "usable": good,
        "lines": [{"line": line, "is": expected, "log_odds": round(odds, 2)} for line, expected, odds in scores],
    }
    if not printer.result(result):
        printer.table(("IS", "LOG-ODDS", "LINE"), ((expected, f"{odds:+.2f}", line) for line, expected, odds in scores), "")
        printer.facts([("runtime", backend.name), ("loaded in", f"{loaded:.1f} s"), ("a line costs", f"{each:.2f} CPU seconds"),
                       ("apart", f"{trial.apart:.2f} (at least {settings.least_apart:g})"), ("moved by pleas", f"{trial.moved:.2f} (at most 1)")])
        printer.line("The model can be used." if good else "The model does not tell risky from harmless commands well enough.", "green" if good else "red")
    if not good:
        raise SystemExit(1)


@llm.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def use(installation: Installation, file: Path, printer: Printer) -> None:
    """Use this model file from the next start of the service on. Its digest is kept and checked at each load."""
    path = file.expanduser().resolve()
    check_file(path)
    if not runtimes():
        raise ModelError("No model runtime is installed", next_step=HINT)
    with path.open("rb") as source:
        digest = digest_of(source)
    changed = installation.ask("model.use", path=str(path), sha256=digest, by=who())
    if not printer.result(changed):
        printer.line(f"Chosen: {path.name}, SHA-256 {digest[:16]}…", "green")
        printer.line("It starts with: handrail service restart")


@llm.command()
@json_option
@click.pass_obj
def off(installation: Installation, printer: Printer) -> None:
    """Use no model."""
    changed = installation.ask("model.use", path="", sha256="", by=who())
    if not printer.result(changed):
        printer.line("No model is used after the next restart of the service.", "green")
