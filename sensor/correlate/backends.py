"""The only place that runs a model: a GGUF file, in this process, through llama-cpp-python or xllamacpp. Nothing is downloaded."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import hashlib
import importlib.util
import json
import math
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from sensor.model.errors import HandrailError, in_words

CONTEXT = 2048
LOWEST = -15.0  # log-probability of a label that is not among the likely ones
ALTERNATIVES = 40
PIECE = 1 << 20  # bytes of a model file that are read at once
# Into this environment: a plain `pip` would install into another one, and our own name means nothing to a package index.
HINT = f"Install one: {sys.executable} -m pip install xllamacpp (or llama-cpp-python, which needs a C++ compiler); again after an upgrade"


class ModelError(HandrailError):
    """A model file or a runtime that cannot be used."""


class Backend(Protocol):
    """A loaded model."""

    @property
    def name(self) -> str:
        """Which runtime it is."""

    def next_word(self, prompt: str, labels: Sequence[str]) -> tuple[float, ...]:
        """Log-probabilities of `labels` (one token each) behind `prompt`. Raises ModelError."""

    def close(self) -> None: ...


def check_file(path: Path, sha256: str = "") -> None:
    """Raise ModelError unless `path` is a GGUF file of ours that only its owner can write or replace and that has the digest, where one is given."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode) or file.read(4) != b"GGUF":
                raise ModelError(f"{path} is no GGUF model file", next_step="Use a file that ends in .gguf.")
            if about.st_uid not in (os.getuid(), 0) or about.st_mode & 0o022:
                raise ModelError(f"{path} can be written by others", next_step=f"Run: chmod go-w {path}")
            for folder in Path(os.path.realpath(path)).parents:
                facts = folder.stat()
                if facts.st_uid not in (os.getuid(), 0) or (facts.st_mode & stat.S_IWOTH and not facts.st_mode & stat.S_ISVTX):
                    problem = f"Others can put another file in the place of {path}: {folder} can be written by them"
                    raise ModelError(problem, next_step=f"Move it to a folder of yours, or run: chmod o-w {folder}")
            if sha256:
                file.seek(0)
                found = digest_of(file)
                if found != sha256.lower():
                    problem = f"{path} is another file than the one that was chosen (SHA-256 {found})"
                    raise ModelError(problem, next_step="Choose it again: handrail llm use FILE")
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}", next_step="Choose a model file: handrail llm use FILE") from error


def digest_of(file: BinaryIO) -> str:
    """SHA-256 of what is left of a file, in pieces: a model is larger than memory may be."""
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def runtimes() -> tuple[str, ...]:
    """The runtimes that are installed, the preferred one first."""
    return tuple(name for name in _LOADERS if importlib.util.find_spec(name) is not None)


def load(path: Path, threads: int, runtime: str = "") -> Backend:
    """The model of a checked file. `runtime` chooses one; by default the first that is installed. Raises ModelError."""
    installed = runtimes()
    if runtime and runtime not in _LOADERS:
        raise ModelError(f"no runtime is called {runtime!r}", next_step=f"Known: {', '.join(_LOADERS)}")
    if not installed or (runtime and runtime not in installed):
        raise ModelError("No model runtime is installed" if not runtime else f"{runtime} is not installed", next_step=HINT)
    try:
        return _LOADERS[runtime or installed[0]](path, threads)
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelError(f"{path.name} cannot be loaded: {in_words(error)}", next_step="Try another model file: handrail llm use FILE") from error


class LlamaCpp:
    """llama-cpp-python. What the prompts share is computed once: evaluation goes on from the longest common beginning."""

    name = "llama-cpp-python"

    def __init__(self, path: Path, threads: int) -> None:
        import llama_cpp

        self._library: Any = llama_cpp
        self._model: Any = llama_cpp.Llama(str(path), n_ctx=CONTEXT, n_threads=threads, n_threads_batch=threads, verbose=False)
        self._seen: list[int] = []

    def next_word(self, prompt: str, labels: Sequence[str]) -> tuple[float, ...]:
        """See `Backend`."""
        tokens = self._model.tokenize(prompt.encode(), add_bos=True, special=False)
        if len(tokens) >= CONTEXT:
            raise ModelError("the prompt is too long for the model")
        same = next((index for index, pair in enumerate(zip(tokens, self._seen, strict=False)) if pair[0] != pair[1]), min(len(tokens), len(self._seen)))
        self._model.n_tokens = same = min(same, len(tokens) - 1)
        self._model.eval(tokens[same:])
        self._seen = tokens
        size = self._model.n_vocab()
        logits = self._library.llama_get_logits_ith(self._model.ctx, -1)
        row = ctypes.cast(logits, ctypes.POINTER(ctypes.c_float * size)).contents
        return _softmax(list(row), [self._model.tokenize(label.encode(), add_bos=False)[0] for label in labels])

    def close(self) -> None:
        """Give the memory back."""
        self._model.close()
        gc.collect()


class Xllama:
    """xllamacpp: prebuilt wheels. Its server listens on a unix socket in a folder of its own that only we can enter; nobody uses it."""

    name = "xllamacpp"

    def __init__(self, path: Path, threads: int) -> None:
        import xllamacpp

        self._folder = tempfile.TemporaryDirectory(prefix="handrail-model-")
        settings = xllamacpp.CommonParams()
        settings.model.path = str(path)
        settings.hostnames = [os.path.join(self._folder.name, "model.sock")]
        settings.n_ctx, settings.n_parallel, settings.n_threads_http, settings.verbosity = CONTEXT, 1, 1, 0
        settings.warmup, settings.offline, settings.ui = False, True, False
        settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = threads
        self._server: Any = xllamacpp.Server(settings)

    def next_word(self, prompt: str, labels: Sequence[str]) -> tuple[float, ...]:
        """See `Backend`."""
        answer = self._server.handle_completions(
            {"prompt": prompt, "n_predict": 1, "temperature": 0, "n_probs": ALTERNATIVES, "cache_prompt": True})
        try:
            value = json.loads(answer) if isinstance(answer, str) else answer
            likely = {one["token"]: float(one["logprob"]) for one in value["choices"][0]["logprobs"]["content"][0]["top_logprobs"]}
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise ModelError(f"the model gave no probabilities: {str(answer)[:200]}") from error
        return tuple(likely.get(label, LOWEST) for label in labels)

    def close(self) -> None:
        """Give the memory back."""
        del self._server
        gc.collect()
        with contextlib.suppress(OSError):
            self._folder.cleanup()


_LOADERS: dict[str, Callable[[Path, int], Backend]] = {"llama_cpp": LlamaCpp, "xllamacpp": Xllama}


def _softmax(logits: list[float], wanted: list[int]) -> tuple[float, ...]:
    top = max(logits)
    total = top + math.log(math.fsum(math.exp(one - top) for one in logits))
    return tuple(max(LOWEST, logits[index] - total) for index in wanted)
