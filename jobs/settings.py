"""``samestory.toml`` becomes ``clustering.config.Settings``; every refusal names the setting, its section and the way out."""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
import typing
from pathlib import Path
from typing import Any

import msgspec
from rapidfuzz import fuzz, process

from clustering.config import Settings
from clustering.errors import SettingsError
from jobs.readers.records import FIELDS

DEFAULT_NAME = "samestory.toml"


def load(path: Path | None = None) -> Settings:
    """The settings of a file; of ``./samestory.toml`` when no file is named and there is one; else the defaults.

    Raises
    ------
    SettingsError
        when the file cannot be read, is not TOML, or holds an unknown name or an impossible value.
    """
    if path is None:
        path = Path(DEFAULT_NAME)
        if not path.is_file():
            return Settings()
    try:
        given = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: is not valid TOML: {error}") from error
    return _beside(parse(given, str(path)), path.parent)


def overruled(settings: Settings, corrections: Path | None, prometheus: Path | None, openlineage: Path | None) -> Settings:
    """The settings with the files that the command line names instead of theirs."""
    files = {name: str(path) for name, path in (("prometheus", prometheus), ("openlineage", openlineage)) if path}
    operations = msgspec.structs.replace(settings.operations, **files)
    return msgspec.structs.replace(settings, operations=operations,
                                   corrections=str(corrections) if corrections else settings.corrections)


def _beside(settings: Settings, folder: Path) -> Settings:
    """Files that a settings file names lie relative to it."""
    operations, corrections = settings.operations, settings.corrections
    if corrections:
        settings = msgspec.structs.replace(settings, corrections=str(folder / corrections))
    files = {name: str(folder / value) for name in ("prometheus", "openlineage") if (value := getattr(operations, name))}
    return msgspec.structs.replace(settings, operations=msgspec.structs.replace(operations, **files)) if files else settings


def parse(given: dict[str, Any], origin: str) -> Settings:
    """Settings from what a TOML file says; ``origin`` is its name in messages."""
    _refuse_unknown(given, Settings, "", origin)
    _refuse_infinite(given, "", origin)
    for ours, theirs in given["fields"].items() if isinstance(given.get("fields"), dict) else ():
        if not isinstance(theirs, str):
            raise SettingsError(f"{origin}: [fields] {ours}: expected the name of a field of the input in quotation marks")
    try:
        settings = msgspec.convert(given, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{origin}: {_plain(str(error))}") from error
    copies = settings.copies
    if copies.bands * copies.rows > copies.num_perm:
        raise SettingsError(f"{origin}: [copies] bands × rows is {copies.bands * copies.rows}, more than num_perm = "
                            f"{copies.num_perm}: raise num_perm or lower bands")
    for ours in sorted(settings.fields):
        if ours not in FIELDS:
            raise SettingsError(f"{origin}: [fields] names {ours!r}, which is no field of an article"
                                f"{_nearest(ours, list(FIELDS))}; write: our name = 'the name in the input'")
    return settings


def resolved(settings: Settings) -> dict[str, Any]:
    """Every setting with its value, defaults spelled out, as plain data for ``manifest.json``."""
    plain: dict[str, Any] = msgspec.to_builtins(settings)
    return plain


def digest(settings: Settings) -> str:
    """SHA-256 of the settings that can change results: equal digests mean equal ones, however the file was written.

    What the corrections say has a digest of its own; where their file lies changes nothing, and neither does operation.
    """
    deciding = {name: value for name, value in resolved(settings).items() if name not in ("corrections", "operations")}
    return hashlib.sha256(msgspec.json.encode(deciding, order="deterministic")).hexdigest()


def _refuse_unknown(given: dict[str, Any], struct: type[msgspec.Struct], section: str, origin: str) -> None:
    kinds = typing.get_type_hints(struct)
    for name, value in given.items():
        if name not in kinds:
            where = f"[{section}]" if section else "the top level"
            raise SettingsError(f"{origin}: unknown setting {name!r} in {where}{_nearest(name, list(kinds))}"
                                f"{_elsewhere(name, section)}")
        inner = f"{section}.{name}" if section else name
        kind = kinds[name]
        if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            _refuse_unknown(value, kind, inner, origin)
        elif isinstance(value, dict) and typing.get_origin(kind) is dict:
            (_, of) = typing.get_args(kind)
            for key, entry in value.items():
                if isinstance(entry, dict) and isinstance(of, type) and issubclass(of, msgspec.Struct):
                    _refuse_unknown(entry, of, f"{inner}.{key}", origin)


def _refuse_infinite(given: object, section: str, origin: str) -> None:
    if isinstance(given, dict):
        for name, value in given.items():
            _refuse_infinite(value, f"{section}.{name}" if section else name, origin)
    elif isinstance(given, float) and not math.isfinite(given):
        raise SettingsError(f"{origin}: {section} must be a finite number")


def _nearest(name: str, known: list[str]) -> str:
    found = process.extractOne(name, sorted(known), scorer=fuzz.ratio)
    return f"; the nearest known one is {found[0]!r}" if found else ""


def _elsewhere(name: str, section: str) -> str:
    """A hint when the very name exists in another section."""
    hints = typing.get_type_hints(Settings)
    homes = [home for home, kind in hints.items()
             if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and name in kind.__struct_fields__]
    if name in hints:
        return ", and the top level has that very name"
    return f", and [{homes[0]}] has that very name" if homes and homes[0] != section else ""


_TYPES = {"int": "a whole number", "float": "a number", "str": "a text in quotation marks", "bool": "true or false",
          "array": "a list", "object": "a table of settings"}
_MESSAGE = re.compile(r"(?P<what>.*?)(?: - at `(?P<key>key in )?\$(?P<path>[^`]*)`)?", re.DOTALL)


def _plain(message: str) -> str:
    """``Expected `float` <= 1.0 - at `$.copies.x``` -> ``[copies] x: expected a number <= 1.0``."""
    match = _MESSAGE.fullmatch(message)
    if match is None or not match["path"]:
        return message
    *section, name = match["path"].removeprefix(".").replace("[...]", ".NAME").split(".")
    where = f"[{'.'.join(section)}] {name}" if section else name
    what = re.sub(r"`(\w+)`", lambda found: _TYPES.get(found[1], found[0]), match["what"])
    return f"{where}: {what[:1].lower()}{what[1:]}"
