"""The settings: read from the environment, checked all at once, then frozen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, Self, cast
from urllib.parse import urlsplit

from copytrail import retention
from copytrail.addresses import Exceptions
from copytrail.article import Limits
from copytrail.errors import InvalidSettings

_PREFIX = "COPYTRAIL_"
_STORE_SCHEMES = ("redis", "rediss", "unix", "redis+cluster")


def _store_url(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in _STORE_SCHEMES or not (parts.path if parts.scheme == "unix" else parts.hostname):
        raise ValueError("redis://host:port/0, rediss://…, unix:///path/to.sock or redis+cluster://host:port")
    return raw


def _path(raw: str) -> Path:
    return Path(raw).expanduser()


def _host(raw: str) -> str:
    if any(character.isspace() or character == "/" for character in raw):
        raise ValueError("a host name or an IP address, such as 127.0.0.1 or 0.0.0.0")
    return raw


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(raw: str) -> int:
        if not (raw.isascii() and raw.isdigit() and len(raw) <= 18 and low <= int(raw) <= high):
            raise ValueError(f"a whole number from {low} to {high}")
        return int(raw)

    return read


def _hosts(raw: str) -> str:
    names = [name.strip().lower() for name in raw.split(",")]
    if not all(re.fullmatch(r"[a-z0-9_][a-z0-9._-]*", name) for name in names):
        raise ValueError("host names without a port, divided by commas")
    return ",".join(names)


def _api_key(raw: str) -> str:
    if not re.fullmatch(r"[!-~]+", raw):
        raise ValueError("a key as `copytrail keys create` prints it")
    return raw


def _log_format(raw: str) -> Literal["text", "json"]:
    if raw not in ("text", "json"):
        raise ValueError("text or json")
    return cast(Literal["text", "json"], raw)


def _open(raw: str) -> Literal["yes", "no"]:
    if raw not in ("yes", "no"):
        raise ValueError("yes or no")
    return cast(Literal["yes", "no"], raw)


def _private(raw: str) -> str:
    return str(Exceptions.parse(raw))


def _source_rules(raw: str) -> str:
    retention.source_rules(raw)
    return raw


def _fsync(raw: str) -> Literal["always", "everysec"]:
    if raw not in ("always", "everysec"):
        raise ValueError("always or everysec")
    return cast(Literal["always", "everysec"], raw)


def _setting(default: Any, read: Callable[[str], Any], meaning: str, secret: bool = False) -> Any:  # noqa: ANN401 - one for all types
    return field(
        default=default, repr=not secret, metadata={"read": read, "meaning": meaning, "secret": secret}
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may choose. Each field is set by COPYTRAIL_ and its name in capitals."""

    redis_url: str | None = _setting(
        None,
        _store_url,
        "Redis or Valkey 7.2+ to keep everything in (`redis://`, `rediss://`, `unix://`, `redis+cluster://`); "
        "unset: an embedded store under `COPYTRAIL_DATA`",
        secret=True,
    )
    data: Path = _setting(Path("copytrail-data"), _path, "folder of the embedded store")
    host: str = _setting("127.0.0.1", _host, "address the service listens on")
    port: int = _setting(8080, _whole(0, 65_535), "port the service listens on; 0 takes a free one")
    workers: int = _setting(1, _whole(1, 256), "worker processes started by `copytrail up`")
    api_keys_file: Path | None = _setting(
        None,
        _path,
        "keys that clients need, as `copytrail keys` writes them; unset: whoever reaches the service is answered",
    )
    publishers_file: Path | None = _setting(
        None,
        _path,
        "what is known of publishers, as TOML: which are one, which are agencies, who may reprint whom",
    )
    open: Literal["yes", "no"] = _setting(
        "no", _open, "`yes`: without keys answer on any address, not only on loopback"
    )
    allowed_hosts: str | None = _setting(
        None,
        _hosts,
        "names under which a service without keys may be asked, besides this machine's and IP addresses; with commas",
    )
    api_key: str | None = _setting(None, _api_key, "the key that commands send to the service", secret=True)
    requests_per_minute: int = _setting(
        6000,
        _whole(0, 1_000_000_000),
        "requests answered in a minute for each key, or for each address without keys, loopback excepted; "
        "0: no limit; beyond it 429",
    )
    articles_per_minute: int = _setting(
        60_000, _whole(0, 1_000_000_000), "articles taken in a minute, counted in the same way; 0: no limit"
    )
    max_bodies_bytes: int = _setting(
        64 * 1024 * 1024,
        _whole(1024, 1 << 40),
        "bytes of all request bodies held at one time; beyond it a request is answered 503",
    )
    max_body_bytes: int = _setting(
        32 * 1024 * 1024, _whole(1024, 1 << 30), "largest request body in bytes; a larger one is answered 413"
    )
    max_text_chars: int = _setting(
        1_000_000, _whole(1, 100_000_000), "longest text of one article in Unicode code points"
    )
    max_batch: int = _setting(
        1000, _whole(1, 100_000), "articles taken from one post; those beyond are rejected one by one"
    )
    max_extra_bytes: int = _setting(
        16 * 1024,
        _whole(0, 1 << 24),
        "bytes of unknown fields kept with an article; those that do not fit are dropped",
    )
    max_deliveries: int = _setting(
        3, _whole(1, 100), "times a worker tries an article before it is set aside as failed"
    )
    claim_seconds: int = _setting(
        30, _whole(1, 3600), "seconds after which another worker takes over what a worker has not finished"
    )
    fsync: Literal["always", "everysec"] = _setting(
        "always",
        _fsync,
        "when the embedded store writes to disk: `always` before each answer, "
        "or `everysec`, where the answer to a post waits for the next write",
    )
    replicas: int = _setting(
        0,
        _whole(0, 16),
        "replicas of each store server that must have a post on their disks, too, before it is answered 202",
    )
    partitions: int = _setting(
        4, _whole(1, 256), "partitions of the work queue; fixed once the store has been used"
    )
    max_queue: int = _setting(
        200_000,
        _whole(1, 1_000_000_000),
        "articles that may wait for the workers; beyond it a post is answered 503",
    )
    retain_days: float | None = _setting(
        None,
        retention.days,
        "days after which an article is deleted, from when it was first seen; unset: never",
    )
    retain_articles: int | None = _setting(
        None,
        _whole(1, 4_000_000_000),
        "articles to keep, the newest; unset: all",
    )
    retain_sources: str = _setting(
        "",
        _source_rules,
        "stricter bounds for single sources, days or a number of articles: `Ticker=7d, Blog=10000`",
    )
    events_kept: int = _setting(
        100_000,
        _whole(1, 100_000_000),
        "newest events that `GET /v1/events` keeps; who reads more slowly is told so",
    )
    webhook_private: str = _setting(
        "",
        _private,
        "hosts and networks that webhooks may reach although they are not public, divided by commas: "
        "`hooks.internal, 10.20.0.0/16`",
    )
    metrics_port: int | None = _setting(
        None,
        _whole(1, 65_535),
        "port on which a worker serves its own metrics; unset: none (the service's are at `/metrics`)",
    )
    log_format: Literal["text", "json"] = _setting(
        "text", _log_format, "what the processes log: `text` for people, or `json`, one object a line"
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read every setting present in `environ`. Empty counts as unset.

        Raises InvalidSettings naming every fault at once, unknown COPYTRAIL_ names among them.
        """
        known = {_env_name(setting): setting for setting in fields(cls)}
        problems = [
            f"{name} is not a setting; known are {', '.join(known)}"
            for name in sorted(environ)
            if name.startswith(_PREFIX) and name not in known
        ]
        values: dict[str, object] = {}
        for name, setting in known.items():
            if raw := environ.get(name, "").strip():
                try:
                    values[setting.name] = setting.metadata["read"](raw)
                except ValueError as expected:
                    given = "not valid" if setting.metadata["secret"] else repr(raw)
                    problems.append(f"{name} is {given}; expected {expected}")
        if problems:
            raise InvalidSettings(problems)
        return cls(**cast(dict[str, Any], values))

    @classmethod
    def table(cls) -> list[tuple[str, str, str]]:
        """Every setting as (environment variable, default as text, meaning), in reading order."""
        return [
            (
                _env_name(setting),
                "" if setting.default is None else str(setting.default),
                setting.metadata["meaning"],
            )
            for setting in fields(cls)
        ]

    def to_env(self) -> dict[str, str]:
        """The settings as environment variables: `from_env(settings.to_env()) == settings`."""
        values = {_env_name(setting): getattr(self, setting.name) for setting in fields(self)}
        return {name: str(value) for name, value in values.items() if value is not None}

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False

    def refuse_exposure(self) -> None:
        """Raises InvalidSettings when others could reach the service and nothing says who may."""
        if not (self.on_loopback or self.api_keys_file or self.open == "yes"):
            raise InvalidSettings(
                [
                    f"COPYTRAIL_HOST is {self.host!r}, which others can reach, and there are no keys; make some with "
                    "`copytrail keys create` and set COPYTRAIL_API_KEYS_FILE, or set COPYTRAIL_OPEN=yes to answer "
                    "everybody, or listen on 127.0.0.1"
                ]
            )

    @property
    def limits(self) -> Limits:
        """The limits of one article."""
        return Limits(text_chars=self.max_text_chars, extra_bytes=self.max_extra_bytes)


def _env_name(setting: Field[Any]) -> str:
    return _PREFIX + setting.name.upper()
