"""The texts of an MCP tool definition, each with its own name, as detectors and rules look at them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sensor.model.calls import JsonObject
from sensor.model.effects import Text, TextField

MAX_TEXTS = 200


def texts_of_definition(given: JsonObject) -> tuple[Text, ...]:
    """The texts of a definition as a server sent it, in either spelling of the schema's key."""
    schema = given.get("inputSchema") or given.get("input_schema")
    texts = definition_texts(str(given.get("name") or ""), str(given.get("description") or ""), schema if isinstance(schema, dict) else None)
    more = {key: given[key] for key in ("title", "outputSchema", "annotations", "arguments") if given.get(key)}
    if not more:
        return texts
    return (*texts, *(Text(field=TextField.DESCRIPTION, text=text, name=name.removeprefix("schema.")) for name, text in _schema_strings(more)))


def definition_texts(name: str, description: str, schema: JsonObject | None = None) -> tuple[Text, ...]:
    """Description first, then every string of the parameter schema (descriptions, defaults, enumerations, titles) and the parameters' names."""
    texts = [Text(field=TextField.DESCRIPTION, text=description, name="description")]
    texts += [Text(field=TextField.DESCRIPTION, text=value, name=path) for path, value in _schema_strings(schema or {})]
    if name:
        texts.append(Text(field=TextField.DESCRIPTION, text=name, name="name"))
    return tuple(texts)


def _schema_strings(schema: JsonObject) -> list[tuple[str, str]]:
    found = ((path, value) for path, value in _strings(schema, "schema") if path.rsplit(".", 1)[-1] not in ("type", "format", "$ref"))
    return list(islice(found, MAX_TEXTS - 1))


def _strings(value: object, path: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    if depth > 12:
        return
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if path.endswith(".properties"):
                yield f"{path}.{key}", str(key)
            yield from _strings(inner, f"{path}.{key}", depth + 1)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _strings(inner, f"{path}[{place}]", depth + 1)
