"""A small validator for the JSON Schemas that Dure publishes (draft 2020-12), with Python's standard library alone.

A keyword that it does not know is refused, so that nothing is let through unseen.
Source: https://json-schema.org/draft/2020-12/json-schema-validation
"""

import re
from datetime import datetime
from uuid import UUID

ANNOTATIONS = {"$schema", "$id", "$defs", "title", "description", "default", "example", "examples", "deprecated"}


class Invalid(Exception):
    """A value breaks its schema; says where and how."""


def validate(value, schema, document, path="$"):
    """Checks a value; `document` is what references like `#/$defs/Uuid` point into. Raises Invalid.

    What is personal or secret may be masked where it is shown.
    """
    if value == "***" and (schema.get("x-personal") or schema.get("x-secret")):
        return
    for keyword, argument in schema.items():
        if keyword in ANNOTATIONS or keyword.startswith("x-") or keyword in ("then", "else"):
            continue
        check = CHECKS.get(keyword)
        if check is None:
            raise Invalid(f"{path}: the keyword {keyword} is not known here")
        check(value, argument, schema, document, path)


def resolve(reference, document):
    """What a reference within a document points to. Source: https://www.rfc-editor.org/rfc/rfc6901"""
    node = document
    for step in reference[len("#/") :].split("/"):
        node = node[step.replace("~1", "/").replace("~0", "~")]
    return node


def is_valid(value, schema, document):
    try:
        validate(value, schema, document)
        return True
    except Invalid:
        return False


def expect(holds, path, message):
    if not holds:
        raise Invalid(f"{path}: {message}")


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


TYPES = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "number": is_number,
    "integer": lambda value: is_number(value) and value == int(value),
}


def check_type(value, names, schema, document, path):
    names = [names] if isinstance(names, str) else names
    expect(any(TYPES[name](value) for name in names), path, f"{value!r} is not of type {' or '.join(names)}")


def bound(applies, measure, holds, words):
    """A keyword that limits a measure of the values that it applies to."""

    def check(value, limit, schema, document, path):
        if applies(value):
            expect(holds(measure(value), limit), path, f"{value!r} {words} {limit}")

    return check


def at_least(measured, limit):
    return measured >= limit


def at_most(measured, limit):
    return measured <= limit


def ecmascript(pattern):
    """Anchors and classes as ECMA-262 has them: `$` is the very end, `\\d` is ASCII."""
    return re.compile(re.sub(r"(?<!\\)\$(?=$|[)|])", r"\\Z", pattern), re.ASCII)


def check_pattern(value, pattern, schema, document, path):
    if isinstance(value, str):
        expect(ecmascript(pattern).search(value), path, f"{value!r} does not match {pattern}")


def whole(pattern):
    """Raises ValueError for a text that is not of this form."""

    def check(text):
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError

    return check


def instant(text):
    datetime.fromisoformat(text.replace("Z", "+00:00"))  # Before 3.11 it does not know the Z.


FORMATS = {
    "uuid": UUID,
    "date-time": instant,
    "uri": whole(r"[A-Za-z][A-Za-z0-9+.-]*:\S+"),
    "uri-reference": whole(r"\S*"),
    "email": whole(r"[^@\s]+@[^@\s]+"),
    "json-pointer": whole(r"(/([^/~]|~[01])*)*"),
}


def check_format(value, name, schema, document, path):
    expect(name in FORMATS, path, f"the format {name} is not known here")
    if isinstance(value, str):
        try:
            FORMATS[name](value)
        except ValueError:
            raise Invalid(f"{path}: {value!r} is no {name}") from None


def check_properties(value, properties, schema, document, path):
    if isinstance(value, dict):
        for name, part in properties.items():
            if name in value:
                validate(value[name], part, document, f"{path}.{name}")


def check_required(value, names, schema, document, path):
    if isinstance(value, dict):
        for name in names:
            expect(name in value, path, f"{name} is missing")


def check_additional(value, additional, schema, document, path):
    if isinstance(value, dict):
        for name in value.keys() - schema.get("properties", {}).keys():
            expect(additional is not False, path, f"{name} is not expected")
            validate(value[name], {} if additional is True else additional, document, f"{path}.{name}")


def check_names(value, names, schema, document, path):
    for name in value if isinstance(value, dict) else []:
        validate(name, names, document, f"{path}.{name}")


def check_items(value, items, schema, document, path):
    for index, item in enumerate(value if isinstance(value, list) else []):
        validate(item, items, document, f"{path}[{index}]")


def check_any(value, choices, schema, document, path):
    expect(any(is_valid(value, choice, document) for choice in choices), path, f"{value!r} fits no choice")


def check_one(value, choices, schema, document, path):
    fitting = sum(is_valid(value, choice, document) for choice in choices)
    expect(fitting == 1, path, f"{value!r} fits {fitting} choices")


def check_all(value, parts, schema, document, path):
    for part in parts:
        validate(value, part, document, path)


def check_if(value, condition, schema, document, path):
    branch = schema.get("then" if is_valid(value, condition, document) else "else", {})
    validate(value, branch, document, path)


def check_const(value, constant, schema, document, path):
    expect(value == constant, path, f"{value!r} is not {constant!r}")


def check_enum(value, choices, schema, document, path):
    expect(value in choices, path, f"{value!r} is none of {choices}")


def check_reference(value, reference, schema, document, path):
    validate(value, resolve(reference, document), document, path)


CHECKS = {
    "$ref": check_reference,
    "type": check_type,
    "const": check_const,
    "enum": check_enum,
    "minimum": bound(is_number, lambda value: value, at_least, "is less than"),
    "maximum": bound(is_number, lambda value: value, at_most, "is more than"),
    "minLength": bound(TYPES["string"], len, at_least, "is shorter than"),
    "maxLength": bound(TYPES["string"], len, at_most, "is longer than"),
    "minItems": bound(TYPES["array"], len, at_least, "has fewer items than"),
    "maxItems": bound(TYPES["array"], len, at_most, "has more items than"),
    "pattern": check_pattern,
    "format": check_format,
    "properties": check_properties,
    "required": check_required,
    "additionalProperties": check_additional,
    "propertyNames": check_names,
    "items": check_items,
    "anyOf": check_any,
    "oneOf": check_one,
    "allOf": check_all,
    "if": check_if,
}
