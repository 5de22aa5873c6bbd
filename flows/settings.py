"""Settings of every flow and command: flags, then `MARSAD_*` environment variables, then `marsad.toml`.

One frozen model holds them, so that a flow run shows in its parameters what it ran with. A key nobody knows is an
error, wherever it stands: a misspelt setting that is silently ignored costs more than a run that does not start.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings.exceptions import SettingsError as UnreadableVariable

from tasks.extract.reader import Engine
from tasks.ingest.fields import FieldMap

CONFIG_VARIABLE = "MARSAD_CONFIG"
"""Names the settings file; without it `marsad.toml` in the working directory is read if it exists."""

_PREFIX = "MARSAD_"


class SettingsError(ValueError):
    """A setting is unknown or has an impossible value; the message names it and says where it was set."""


class IngestSettings(BaseModel):
    """How articles are read, `[ingest]` in marsad.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    batch_size: Annotated[int, Field(ge=1, le=20_000)] = Field(
        default=256, description="records a batch: what is lost at most when a run is killed"
    )
    source: str | None = Field(default=None, description="publisher of records that do not name theirs")
    fields: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="further names of a column, as column = [names in the files]"
    )
    max_record_bytes: Annotated[int, Field(ge=1_000)] = Field(
        default=10_000_000, description="largest record, line or text file that is read"
    )
    max_depth: Annotated[int, Field(ge=1, le=500)] = Field(
        default=32, description="deepest nesting of a JSON record that is read"
    )

    @field_validator("fields")
    @classmethod
    def _columns_exist(cls, fields: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        FieldMap(fields)
        return fields


class ExtractionSettings(BaseModel):
    """What reads the sentences, `[extraction]` in marsad.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entities: Engine = Field(
        default="marsad", description="what finds entities: the shipped model, or camel-tools' recogniser"
    )


class Settings(BaseSettings):
    """Everything that can be set. Relative paths are relative to the working directory."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True)

    warehouse: Path = Field(default=Path("data/marsad.duckdb"), description="the DuckDB file that is written")
    staging: Path | None = Field(
        default=None, description="folder of batches under way; `staging` beside the warehouse if not set"
    )
    threads: Annotated[int, Field(ge=0)] = Field(default=0, description="cores the model may use; 0 for all")
    ingest: IngestSettings = IngestSettings()
    extraction: ExtractionSettings = ExtractionSettings()

    @property
    def staging_folder(self) -> Path:
        """Where batches under way are kept until their run is done."""
        return self.staging or self.warehouse.parent / "staging"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags before the environment before the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file())


def config_file() -> Path:
    """The settings file, whether or not it exists."""
    return Path(os.environ.get(CONFIG_VARIABLE, "marsad.toml"))


def load_settings(flags: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings. `flags` are what the command line gave, nested as the model is; None means "not given".

    Raises:
        SettingsError: a key is unknown, a value does not fit, or the file is missing or not TOML.
    """
    given = _without_none(flags or {})
    _check_environment()
    if CONFIG_VARIABLE in os.environ and not config_file().is_file():
        raise SettingsError(f"{CONFIG_VARIABLE} names {config_file()}, which is not a file")
    try:
        return Settings(**given)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{config_file()} is not valid TOML: {error}") from None
    except UnreadableVariable as error:
        raise SettingsError(f"{error}: a table in the environment is written as JSON") from None
    except ValidationError as error:
        raise SettingsError("; ".join(_explain(error, given))) from None


def _without_none(flags: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in flags.items():
        inner = _without_none(value) if isinstance(value, Mapping) else value
        if inner is not None and inner != {}:
            kept[name] = inner
    return kept


def _check_environment() -> None:
    """Pydantic ignores variables that it does not know, so they are looked at here."""
    known = {CONFIG_VARIABLE, *(_PREFIX + name for name in _variables(Settings))}
    for name in os.environ:
        if name.startswith(_PREFIX) and name.upper() not in known:
            raise SettingsError(f"unknown environment variable {name}{_suggest(name, known)}")


def _variables(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield name.upper()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from (f"{name.upper()}__{inner}" for inner in _variables(field.annotation))


def _explain(error: ValidationError, flags: Mapping[str, Any]) -> Iterator[str]:
    for fault in error.errors():
        path = [str(part) for part in fault["loc"]]
        key, where = ".".join(path), _origin(path, flags)
        if fault["type"] == "extra_forbidden":
            known = {name.lower().replace("__", ".") for name in _variables(Settings)}
            yield f"{where}: unknown key {key}{_suggest(key, known)}"
        else:
            yield f"{where}: {key}: {fault['msg']} (got {fault['input']!r})"


def _origin(path: list[str], flags: Mapping[str, Any]) -> str:
    if path[0] in flags:
        return "command line"
    variable = _PREFIX + "__".join(path[:2]).upper()
    return variable if variable in os.environ else str(config_file())


def _suggest(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; known are {', '.join(sorted(known))}"
