"""Build and test tools that empty the folder they are given: which one, where it is one that nobody can lose."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sensor.effects.shell.scope import Field

if TYPE_CHECKING:
    from sensor.effects.shell.command import Command
    from sensor.effects.shell.walk import Walk
    from sensor.model.effects import PathRef

MAX_WORDS = 64
_LASTING = frozenset({"@root", "@system", "@home", "@repo_root"})


class Clearing(NamedTuple):
    """`options` name the folder; it is emptied when one of `words` is there as well, or always without any."""

    options: tuple[str, ...]
    words: tuple[str, ...] = ()


_SITES = ("-d", "--destination", "--site-dir", "--dest-dir", "--output", "--out", "--outDir", "--out-dir", "-o")
_MAKE = tuple(f"{name}{end}" for name in ("", "BUILD_", "OUT_", "OUTPUT_", "DIST_", "TARGET_", "OBJ_") for end in ("DIR", "OUT", "BUILD", "DIST", "BUILDDIR", "PREFIX", "O", "OBJDIR", "DESTDIR"))
_JVM = tuple(f"-{letter}{name}" for letter in "DP" for name in ("buildDirectory", "buildDir", "project.build.directory", "outputDirectory"))
CLEARS: dict[str, Clearing] = {
    "vite": Clearing(("--outDir",), ("--emptyOutDir", "--emptyOutDir=true")), "webpack": Clearing(("--output-path", "-o"), ("--output-clean", "--output.clean")), "hugo": Clearing(("-d", "--destination"), ("--cleanDestinationDir",)), "pytest": Clearing(("--basetemp",)), "py.test": Clearing(("--basetemp",)),
    "jekyll": Clearing(_SITES), "mkdocs": Clearing(_SITES), "eleventy": Clearing(_SITES), "zola": Clearing(("-o", "--output-dir")), "docusaurus": Clearing(_SITES), "astro": Clearing(_SITES), "storybook": Clearing(("-o", "--output-dir")), "playwright": Clearing(("--output",)), "ng": Clearing(("--output-path",)), "mdbook": Clearing(("-d", "--dest-dir")),
    "tsup": Clearing(("-d", "--out-dir"), ("--clean",)), "typedoc": Clearing(("--out",)), "pelican": Clearing(("-o", "--output"), ("-d", "--delete-output-directory")), "cargo": Clearing(("--target-dir",), ("clean",)), "virtualenv": Clearing((), ("--clear",)), "vue-cli-service": Clearing(("--dest",)), "cpx": Clearing((), ("--clean", "-C")),
    **dict.fromkeys(("mvn", "mvnw", "gradle", "gradlew"), Clearing(_JVM, ("clean",))), **dict.fromkeys(("make", "gmake"), Clearing(_MAKE, ("clean", "distclean", "clobber", "mrproper", "purge", "uninstall"))),
}


def cleared(walk: Walk, command: Command, program: str) -> list[PathRef]:
    """The folder that a program of `CLEARS` empties, where it is the home, the system or the whole project; else nothing."""
    clearing = CLEARS[program]
    fields = command.fields[1 : MAX_WORDS + 1]
    texts = [field.text for field in fields]
    if clearing.words and not any(word in texts for word in clearing.words):
        return []
    found = [field for field in fields[-1:] if field.text[:1] != "-"] if not clearing.options else []
    for index, field in enumerate(fields):
        name, equals, value = field.text.partition("=")
        if name in clearing.options:
            found += [Field(walk.home + value[1:] if value[:1] == "~" else value, field.known)] if equals else fields[index + 1 : index + 2]
    if program == "cargo":
        found += [Field(value) for name, value in command.assignments if name == "CARGO_TARGET_DIR"]
    refs = [ref for field in found if (ref := walk.ref(field, deletes=True)) is not None]
    return [ref for ref in refs if not ref.places.isdisjoint(_LASTING)]
