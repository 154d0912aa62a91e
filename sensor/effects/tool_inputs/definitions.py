"""The texts of an MCP tool definition, each with its own name, as detectors and rules look at them."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from itertools import islice

from sensor.model.calls import JsonObject
from sensor.model.effects import Text, TextField

MAX_TEXTS = 200  # that are looked at one by one
MAX_PLACE = 300


def texts_of_definition(given: JsonObject) -> tuple[Text, ...]:
    """The texts of a definition as a server sent it, in either spelling of the schema's key, and of whatever else it says: clients show what they know."""
    key = "inputSchema" if given.get("inputSchema") else "input_schema"
    schema = given.get(key)
    texts = definition_texts(str(given.get("name") or ""), str(given.get("description") or ""), schema if isinstance(schema, dict) else None)
    more = {name: value for name, value in given.items() if value and name not in ("name", "description") and (name != key or not isinstance(schema, dict))}
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
    found = ((path, value) for path, value in _strings(schema, "schema") if path.rsplit(".", 1)[-1] not in ("type", "format", "$ref") or " " in value)
    first = list(islice(found, MAX_TEXTS - 2))
    rest = "\n".join(value for _, value in found)
    return [*first, ("schema", rest)] if rest else first


def _shown(address: str) -> str:
    """What a reader may see of a `data:` address in Base64: the text that is in it, nothing of a picture. Others are what they say."""
    head, _, data = address.partition(";base64,")
    try:
        return f"{head}\n{b64decode(data, validate=True).decode()}" if data else address
    except UnicodeDecodeError:
        return head
    except ValueError:
        return address


def _strings(schema: JsonObject, path: str) -> Iterator[tuple[str, str]]:
    """(where it stands, text) of every string, in order. What stands very deep has the end of its place for a name."""
    left: list[tuple[object, str]] = [(schema, path)]
    while left:
        value, path = left.pop()
        if isinstance(value, str):
            shown = _shown(value) if value.startswith("data:") else value
            if shown:
                yield path, shown
        elif isinstance(value, dict):
            for key in reversed(value):
                left.append((value[key], f"{path[-MAX_PLACE:]}.{str(key)[:MAX_PLACE]}"))
                if path.endswith(".properties") or " " in str(key):
                    left.append((str(key), f"{path[-MAX_PLACE:]}.{str(key)[:MAX_PLACE]}"))
        elif isinstance(value, list):
            left += [(inner, f"{path[-MAX_PLACE:]}[{place}]") for place, inner in reversed(list(enumerate(value)))]
