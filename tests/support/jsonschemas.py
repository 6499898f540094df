"""JSON Schema checks: the one module that knows `jsonschema`, which ships no types."""

from __future__ import annotations

from typing import Any

from jsonschema.validators import validator_for


def errors(schema: dict[str, Any], instance: Any) -> list[str]:
    """What is wrong with an instance; a schema that is itself wrong raises `jsonschema.SchemaError`."""
    dialect = validator_for(schema)
    dialect.check_schema(schema)
    found = dialect(schema).iter_errors(instance)
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in found]
