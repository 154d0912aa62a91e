"""Database files of the project that a call deletes and lets the project's framework make anew: development starts from nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from sensor.effects.runs.databases import OWN_DATABASE
from sensor.model.effects import Effect, PathRef

_FILE = re.compile(r"[^/]+\.(?:sqlite3?|db)")
_LASTING = re.compile(r"(?i)(?<![a-z])(?:prod(?:uction)?|prd|live|stag(?:e|ing)|backups?|dumps?)(?![a-z])")
# Leading words with which frameworks make the tables.
_MAKES = re.compile(
    r"(?:[\w./-]*manage\.py migrate|flask db upgrade|alembic (?:\S+ )*upgrade|(?:\w+ )?prisma (?:migrate (?:dev|deploy|reset)|db push)|(?:\S*/)?(?:rails|rake) db:(?:migrate|setup|create|schema:load|prepare)"
    r"|(?:php )?artisan migrate|knex migrate:latest|sequelize(?:-cli)? db:migrate|typeorm migration:run|mix ecto\.(?:setup|migrate)|drizzle-kit (?:push|migrate)|sqlx (?:database|migrate)|diesel (?:setup|migration)|dotnet ef database update|aerich upgrade|goose \S.* up)\b")


def mark_rebuilt(effects: Sequence[Effect]) -> Sequence[Effect]:
    """The effects, with OWN_DATABASE at an `rm` of nothing but such files and other files of the project, when a command after it makes the tables in the same folder."""
    last = max((number for number, effect in enumerate(effects) if _makes_tables(effect)), default=-1)
    return [
        msgspec.structs.replace(effect, flags=effect.flags | {OWN_DATABASE}) if number < last and effect.program == "rm" and effect.cwd == effects[last].cwd and _starts_anew(effect) else effect
        for number, effect in enumerate(effects)
    ] if last > 0 else effects


def _makes_tables(effect: Effect) -> bool:
    words = effect.argv[effect.program in ("python", "python3", "npx", "pnpm", "yarn", "bunx", "poetry", "uv", "bundle") :]
    return not effect.wrappers and bool(_MAKES.match(" ".join(words[:6])))


def _starts_anew(effect: Effect) -> bool:
    files = [ref for ref in effect.deletes if _is_database(ref)]
    return bool(files) and not effect.wrappers and not effect.privilege and "recursive" not in effect.flags and all(ref.path and "@repo" in ref.places for ref in effect.deletes)


def _is_database(ref: PathRef) -> bool:
    return bool(_FILE.fullmatch(ref.path.rpartition("/")[2])) and not _LASTING.search(ref.raw) and not ref.glob
