"""Dataclasses from plain JSON values, read strictly: one reader for scenes, architectures, rules
and training configurations.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from typing import Any, Final, Literal, TypeVar

from sat2density.errors import InputError, near_matches

T = TypeVar("T")

FORMER_NAMES: Final[dict[str, dict[str, str]]] = {
    "Architecture": {"render_grain": "render_noise", "render_roughness": "render_noise_gain"},
    "LossConfig": {
        "likelihood": "opacity_bce",
        "likelihood_reserve": "density_margin",
        "reserve_ramp": "density_margin_ramp",
    },
}
"""Keys that files of earlier versions have, by class: the former name and today's."""

DROPPED: Final[dict[str, tuple[str, ...]]] = {
    "Architecture": ("density_form", "density_softest"),
}
"""Keys of earlier versions that mean nothing any more, by class. `density_form` "columns" was an
option that no released or shipped weights use.
"""

_WORDS: Final = {float: "a number", int: "a whole number", bool: "true or false", str: "a text"}


def from_values(cls: type[T], values: Any, source: str) -> T:
    """Build a dataclass, and the dataclasses in it, from a dictionary of its fields.

    Missing fields keep their defaults; former names (`FORMER_NAMES`) are taken for today's.

    Args:
        cls: a dataclass whose fields are numbers, texts, flags, Literals, tuples or dataclasses.
        values: what a JSON file holds.
        source: names the file, and the part of it, in messages.

    Raises:
        InputError: no dictionary, an unknown key (the nearest field is named), a missing field
            that has no default, or a value of another type.

    Example:
        >>> from sat2density.scene_spec import SceneSpec
        >>> from_values(SceneSpec, {"extent_m": 40}, "scene.json").extent_m
        40

    """
    if not isinstance(values, dict):
        raise InputError(f"{source}: expected a JSON object with {cls.__name__}'s fields")
    values = _renamed(cls.__name__, values, source)
    hints = _hints(cls)
    for key in values:
        if key not in hints:
            near = near_matches(str(key), hints)
            raise InputError(f"{source}: unknown field '{key}'{near} (fields: {', '.join(hints)})")
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]
        needed = field.default is dataclasses.MISSING
        if needed and field.default_factory is dataclasses.MISSING and field.name not in values:
            raise InputError(f"{source}: the field '{field.name}' is missing")
    return cls(**{key: _value(hints[key], value, source, key) for key, value in values.items()})


def check_choices(instance: Any, what: str) -> None:
    """Check a dataclass's fields that are typed as Literal: the types alone bind nobody.

    Args:
        instance: of a dataclass; called by its `__post_init__`.
        what: what the message calls it, such as "scene".

    Raises:
        InputError: a value is none of its choices; the nearest one is named.

    """
    for name, hint in _hints(type(instance)).items():
        choices = _choices(hint)
        value = getattr(instance, name)
        if choices and value not in choices:
            raise InputError(_no_choice(f"{what}: {name}", value, choices))


def check_types(instance: Any, what: str) -> None:
    """Check every field of a frozen dataclass against its type, and turn lists into tuples.

    Args:
        instance: a dataclass whose fields `from_values` could read.
        what: names it in messages.

    Raises:
        InputError: a value of another type, a number that is not finite, or none of the choices.

    """
    for name, hint in _hints(type(instance)).items():
        object.__setattr__(instance, name, _value(hint, getattr(instance, name), what, name))


def check_choice(what: str, value: Any, choices: Any) -> None:
    """Check one value against its choices, at run time: what its type says binds nobody.

    Args:
        what: names the value in the message.
        value: anything.
        choices: a Literal (or an optional one), or the values themselves.

    Raises:
        InputError: the value is none of them; the nearest one is named.

    Example:
        >>> from sat2density.conventions import Precision
        >>> check_choice("precision", "auto", Precision)

    """
    allowed = _choices(choices) or tuple(choices)
    if value not in allowed:
        raise InputError(_no_choice(what, value, allowed))


def _renamed(name: str, values: dict[str, Any], source: str) -> dict[str, Any]:
    former = FORMER_NAMES.get(name, {})
    dropped = DROPPED.get(name, ())
    for old, new in former.items():
        if old in values and new in values:
            raise InputError(f"{source}: '{old}' is the former name of '{new}': keep one of them")
    return {former.get(key, key): value for key, value in values.items() if key not in dropped}


_HINTS: Final[dict[Any, dict[str, Any]]] = {}
"""Types of the fields of each class that was asked for. A plain dictionary: torch.compile cannot
look into `functools.cache`.
"""


def _hints(cls: Any) -> dict[str, Any]:
    if cls not in _HINTS:
        hints = typing.get_type_hints(cls)
        _HINTS[cls] = {field.name: hints[field.name] for field in dataclasses.fields(cls)}
    return _HINTS[cls]


def _choices(hint: Any) -> tuple[Any, ...]:
    """Return the choices of a Literal, or of an optional one; () for other types."""
    if typing.get_origin(hint) is Literal:
        return typing.get_args(hint)
    if _optional(hint):
        inner = _choices(_without_none(hint))
        return (*inner, None) if inner else ()
    return ()


def _optional(hint: Any) -> bool:
    unions = (typing.Union, types.UnionType)
    return typing.get_origin(hint) in unions and type(None) in typing.get_args(hint)


def _without_none(hint: Any) -> Any:
    return next(part for part in typing.get_args(hint) if part is not type(None))


def _value(hint: Any, value: Any, source: str, key: str) -> Any:
    """Return a field's value as its type, or raise an InputError that names `source` and `key`."""
    if _optional(hint):
        if value is None:
            return None
        hint = _without_none(hint)
    where = f"{source}: {key}"
    if dataclasses.is_dataclass(hint):
        kind = typing.cast(type, hint)
        return value if isinstance(value, kind) else from_values(kind, value, where)
    choices = _choices(hint)
    if choices:
        if value not in choices:
            raise InputError(_no_choice(where, value, choices))
        return value
    if typing.get_origin(hint) is tuple:
        return _tuple(hint, value, source, key)
    if not _fits(hint, value):
        raise InputError(f"{where} must be {_WORDS.get(hint, hint.__name__)}, not {value!r}")
    return value


def _tuple(hint: Any, value: Any, source: str, key: str) -> tuple[Any, ...]:
    kinds = typing.get_args(hint)
    many = len(kinds) == 2 and kinds[1] is Ellipsis
    if not isinstance(value, list | tuple) or not (many or len(value) == len(kinds)):
        count = "" if many else f"{len(kinds)} "
        raise InputError(f"{source}: {key} must be a list of {count}values, not {value!r}")
    kinds = kinds[:1] * len(value) if many else kinds
    if many and dataclasses.is_dataclass(kinds[0] if kinds else None):
        return tuple(_one_of(kinds[0], v, f"{source}: {key} {n}") for n, v in enumerate(value, 1))
    pairs = zip(kinds, value, strict=True)
    return tuple(_value(kind, inner, source, key) for kind, inner in pairs)


def _one_of(cls: Any, value: Any, where: str) -> Any:
    """Return one of a list of dataclasses; what it says of itself is said of its place, too."""
    if isinstance(value, cls):
        return value
    try:
        return from_values(cls, value, where)
    except InputError as error:
        text = str(error)
        raise InputError(text if text.startswith(where) else f"{where}: {text}") from None


def _fits(kind: Any, value: Any) -> bool:
    if kind is float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and math.isfinite(value)
    return type(value) is kind


def _no_choice(where: str, value: Any, choices: tuple[Any, ...]) -> str:
    near = near_matches(str(value), [str(choice) for choice in choices])
    return f"{where} must be one of {', '.join(map(str, choices))}, not {value!r}{near}"
