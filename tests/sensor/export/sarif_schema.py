"""The part of the SARIF 2.1.0 schema that an export may use, written down from the specification: anything else is refused."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Uri = Annotated[str, msgspec.Meta(min_length=1, pattern=r"^[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+$")]
Level = Literal["none", "note", "warning", "error"]
Index = Annotated[int, msgspec.Meta(ge=0)]


class Strict(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """No property that the schema does not name."""


class Message(Strict):
    text: Annotated[str, msgspec.Meta(min_length=1)]


class Configuration(Strict):
    level: Level


class Rule(Strict):
    id: Annotated[str, msgspec.Meta(min_length=1)]
    short_description: Message
    help: Message
    default_configuration: Configuration
    properties: dict[str, object]


class Driver(Strict):
    name: str
    version: str
    rules: list[Rule]


class Tool(Strict):
    driver: Driver


class ArtifactLocation(Strict):
    uri: Uri


class Region(Strict):
    start_line: Annotated[int, msgspec.Meta(ge=1)]


class PhysicalLocation(Strict):
    artifact_location: ArtifactLocation
    region: Region


class LogicalLocation(Strict):
    name: str
    kind: str
    fully_qualified_name: str


class Location(Strict):
    physical_location: PhysicalLocation
    logical_locations: list[LogicalLocation]


class Result(Strict):
    rule_id: str
    rule_index: Index
    level: Level
    message: Message
    locations: Annotated[list[Location], msgspec.Meta(min_length=1)]
    partial_fingerprints: dict[str, str]
    properties: dict[str, object]


class Run(Strict):
    results: list[Result]
    tool: Tool
    column_kind: Literal["utf16CodeUnits", "unicodeCodePoints"]


class Log(Strict):
    version: Literal["2.1.0"]
    runs: list[Run]
    schema: str = msgspec.field(name="$schema")


def validate(data: bytes) -> Log:
    """The log, typed. Raises msgspec.ValidationError, or AssertionError where an index points nowhere."""
    log = msgspec.json.decode(data, type=Log)
    for run in log.runs:
        rules = run.tool.driver.rules
        assert len({rule.id for rule in rules}) == len(rules)
        for result in run.results:
            assert rules[result.rule_index].id == result.rule_id
    return log
