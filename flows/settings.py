"""Settings of every flow and command: flags, then `MARSAD_*` environment variables, then `marsad.toml`.

One frozen model holds them, so that a flow run shows in its parameters what it ran with. A key nobody knows is an
error, wherever it stands: a misspelt setting that is silently ignored costs more than a run that does not start.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings.exceptions import SettingsError as UnreadableVariable

from tasks.extract.reader import Engine
from tasks.ingest.fields import FieldMap

if TYPE_CHECKING:
    from tasks.ingest.web.manners import Manners

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
    page_seconds: Annotated[float, Field(gt=0)] = Field(
        default=30, description="how long reading one web page may take"
    )
    max_file_bytes: Annotated[int, Field(ge=1_000)] = Field(
        default=100_000_000_000, description="largest file that is read, as it is on disk"
    )
    max_expanded_bytes: Annotated[int, Field(ge=1_000)] = Field(
        default=50_000_000_000, description="how much one compressed file or archive may unpack to"
    )
    max_ratio: Annotated[int, Field(ge=1)] = Field(
        default=250, description="how many times its own size a compressed file of 100 MB unpacked may have"
    )
    max_members: Annotated[int, Field(ge=1)] = Field(
        default=100_000, description="files in one archive, with those of the archives in it"
    )
    max_nesting: Annotated[int, Field(ge=0, le=20)] = Field(
        default=4, description="wrappings around a file: archives and compression, one within the other"
    )
    max_links: Annotated[int, Field(ge=0)] = Field(
        default=50_000, description="links that are taken from one feed, sitemap or list of addresses"
    )
    fetch: bool = Field(default=False, description="whether pages that are only linked may be fetched, as [fetch] says")

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


class QuarantineSettings(BaseModel):
    """What becomes of records that cannot be used, `[quarantine]` in marsad.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    payload_bytes: Annotated[int, Field(ge=1_000, le=100_000_000)] = Field(
        default=1_000_000, description="how much is kept of each; of a larger one, where it stands and its beginning"
    )
    fail_above: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.2,
        description="share of a run's records above which it is failed, once the others are loaded; 1 for never",
    )


class FetchSettings(BaseModel):
    """How pages and feeds are fetched, `[fetch]` in marsad.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contact: str | None = Field(
        default=None,
        min_length=3,
        pattern="^[ -~]+$",
        description="mail address or web page at which publishers reach you; nothing is fetched without",
    )
    delay_seconds: Annotated[float, Field(ge=0)] = Field(
        default=1.0, description="between two requests to one host; robots.txt may ask for more"
    )
    per_host: Annotated[int, Field(ge=1, le=16)] = Field(default=1, description="requests to one host at a time")
    concurrency: Annotated[int, Field(ge=1, le=256)] = Field(default=8, description="requests at a time")
    connect_seconds: Annotated[float, Field(gt=0)] = Field(default=10.0, description="to reach a host")
    read_seconds: Annotated[float, Field(gt=0)] = Field(default=20.0, description="the longest silence of a server")
    total_seconds: Annotated[float, Field(gt=0)] = Field(
        default=60.0, description="the longest that an answer may take"
    )
    retries: Annotated[int, Field(ge=0, le=10)] = Field(
        default=2, description="after faults of the network, 5xx and 429; pauses grow and are random"
    )
    backoff_seconds: Annotated[float, Field(ge=0)] = Field(default=1.0, description="longest first pause")
    longest_wait_seconds: Annotated[float, Field(ge=0)] = Field(
        default=60.0, description="who asks for more patience (Retry-After, Crawl-delay) is asked in another run"
    )
    max_bytes: Annotated[int, Field(ge=1_000)] = Field(
        default=10_000_000, description="largest answer, before and after it is unpacked"
    )
    max_redirects: Annotated[int, Field(ge=0, le=20)] = Field(default=5, description="redirects that are followed")
    private_hosts: tuple[str, ...] = Field(
        default=(), description="hosts that may have addresses of a private network, as named in URLs"
    )

    def manners(self) -> Manners:
        """The same for the client, with the name that we go by.

        Raises:
            SettingsError: nobody is named whom a publisher could complain to.
        """
        from tasks.ingest.web.manners import Manners  # noqa: PLC0415  # with it comes a client, seldom needed

        if self.contact is None:
            raise SettingsError(
                "fetch.contact is not set. Publishers must be able to reach whoever fetches their pages: give a mail"
                " address or a web page under [fetch] in marsad.toml, or as MARSAD_FETCH__CONTACT"
            )
        chosen = self.model_dump(exclude={"contact"})
        return Manners(user_agent=f"Marsad/{version('marsad')} (+{self.contact})", **chosen)


def _duration(value: object) -> object:
    """ "15m" as what it means; anything else is left to pydantic."""
    if isinstance(value, str) and (parts := _DURATION.fullmatch(value)):
        return timedelta(**{_UNITS[parts["unit"]]: int(parts["number"])})
    return value


_DURATION = re.compile(r"\s*(?P<number>\d{1,6})\s*(?P<unit>[smhd])\s*")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class FeedSettings(BaseModel):
    """One feed that is watched, `[[watch.feeds]]` in marsad.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(description="address of an RSS, Atom or JSON feed, or of a sitemap")
    source: str | None = Field(default=None, description="publisher; otherwise what page or feed say")
    every: Annotated[timedelta, BeforeValidator(_duration), Field(ge=timedelta(seconds=1))] = Field(
        default=timedelta(minutes=15), description="how often it is asked: 90s, 15m, 2h, 1d"
    )
    full_text: Literal["auto", "always", "never"] = Field(
        default="auto",
        description="whether articles are fetched from their pages; auto: if the feed has only summaries",
    )

    @field_validator("url")
    @classmethod
    def _is_on_the_web(cls, url: str) -> str:
        if not re.match(r"https?://[^/?\s@]+([/?]|$)", url, re.IGNORECASE):
            raise ValueError("it must begin with https:// or http:// and a host, without a password")
        return url


class FolderSettings(BaseModel):
    """One drop folder that is watched, `[[watch.folders]]` in marsad.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path = Field(description="the folder")
    pattern: str = Field(default="**/*", min_length=1, description="which of its files: *.jsonl, **/*.html")
    source: str | None = Field(default=None, description="publisher of records that do not name theirs")


class WatchSettings(BaseModel):
    """What is watched, `[watch]` in marsad.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    feeds: tuple[FeedSettings, ...] = Field(default=(), description="feeds and sitemaps")
    folders: tuple[FolderSettings, ...] = Field(default=(), description="drop folders")
    kept: Path | None = Field(
        default=None, description="folder of what was fetched, as it came; `watch` beside the warehouse if not set"
    )
    pages_per_feed: Annotated[int, Field(ge=1)] = Field(
        default=200, description="pages fetched of one feed in one run; the rest waits for the next"
    )
    settle_seconds: Annotated[float, Field(ge=0)] = Field(
        default=10.0, description="a file in a folder is complete when it has not changed for so long"
    )

    @field_validator("feeds")
    @classmethod
    def _no_feed_twice(cls, feeds: tuple[FeedSettings, ...]) -> tuple[FeedSettings, ...]:
        twice = [url for url, times in Counter(feed.url for feed in feeds).items() if times > 1]
        if twice:
            raise ValueError(f"the same feed stands there twice: {twice[0]}")
        return feeds


class ServerSettings(BaseModel):
    """The Prefect server that `marsad up` and `marsad serve` start, `[server]` in marsad.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    port: Annotated[int, Field(ge=1, le=65_535)] = Field(
        default=4200, description="port of this machine's loopback address that the server and its UI listen on"
    )


class NotifySettings(BaseModel):
    """Who is told when something is wrong, `[notify]` in marsad.toml. Secrets are better kept in `MARSAD_NOTIFY__*`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    webhook: SecretStr | None = Field(default=None, description="address that is sent JSON: subject, text")
    slack: SecretStr | None = Field(default=None, description="address of a Slack incoming webhook")
    email: SecretStr | None = Field(
        default=None, description="mail server, as mailtos://user:password@smtp.example.org?from=a@b.org&to=c@d.org"
    )
    silent_hours: Annotated[float, Field(ge=0.01)] = Field(
        default=26.0, description="hours without a completed run after which somebody is told"
    )


class ReprocessSettings(BaseModel):
    """How fast articles are read again, `[reprocess]` in marsad.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_articles: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="articles that one run reads at most; the next run goes on. All if not set"
    )
    pause: Annotated[float, Field(ge=0)] = Field(
        default=0.0, description="seconds of rest after each batch, for a machine that has other things to do"
    )


class RetentionSettings(BaseModel):
    """What `marsad maintain` lets go of, `[retention]` in marsad.toml. Without a number all is kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text_days: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="days after publication that bodies of articles are kept; what was read from them stays",
    )
    quarantine_days: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="days that records in quarantine are kept"
    )
    load_days: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="days that loads are kept of which nothing is in the warehouse"
    )


class AlarmSettings(BaseModel):
    """When something is unusual enough to be told, `[alarms]` in marsad.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quarantine_above: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.2, description="share of a run's records in quarantine, of 20 records or more"
    )


class Settings(BaseSettings):
    """Everything that can be set. Relative paths are relative to the working directory."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True)

    warehouse: Path = Field(default=Path("data/marsad.duckdb"), description="the DuckDB file that is written")
    staging: Path | None = Field(
        default=None, description="folder of batches under way; `staging` beside the warehouse if not set"
    )
    threads: Annotated[int, Field(ge=0)] = Field(default=0, description="cores the model may use; 0 for all")
    step_seconds: Annotated[float, Field(gt=0)] = Field(
        default=7_200, description="the longest that one step of a run may take: reading a batch, extracting it, …"
    )
    ingest: IngestSettings = IngestSettings()
    extraction: ExtractionSettings = ExtractionSettings()
    quarantine: QuarantineSettings = QuarantineSettings()
    fetch: FetchSettings = FetchSettings()
    watch: WatchSettings = WatchSettings()
    server: ServerSettings = ServerSettings()
    notify: NotifySettings = NotifySettings()
    reprocess: ReprocessSettings = ReprocessSettings()
    retention: RetentionSettings = RetentionSettings()
    alarms: AlarmSettings = AlarmSettings()

    @property
    def staging_folder(self) -> Path:
        """Where batches under way are kept until their run is done."""
        return self.staging or self.warehouse.parent / "staging"

    @property
    def watch_folder(self) -> Path:
        """Where what watching fetched is kept, and what it has still to bring in."""
        return self.watch.kept or self.warehouse.parent / "watch"

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
