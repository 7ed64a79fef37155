"""The settings: read from the environment, checked all at once, then frozen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Self, cast
from urllib.parse import urlsplit

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


def _fsync(raw: str) -> Literal["always", "everysec"]:
    if raw not in ("always", "everysec"):
        raise ValueError("always or everysec")
    return cast(Literal["always", "everysec"], raw)


def _setting(default: Any, read: Callable[[str], Any], meaning: str) -> Any:  # noqa: ANN401 - one helper for all types
    return field(default=default, metadata={"read": read, "meaning": meaning})


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may choose. Each field is set by COPYTRAIL_ and its name in capitals."""

    redis_url: str | None = _setting(
        None,
        _store_url,
        "Redis or Valkey 7+ to keep everything in (`redis://`, `rediss://`, `unix://`, `redis+cluster://`); "
        "unset: an embedded store under `COPYTRAIL_DATA`",
    )
    data: Path = _setting(Path("copytrail-data"), _path, "folder of the embedded store")
    host: str = _setting("127.0.0.1", _host, "address the service listens on")
    port: int = _setting(8080, _whole(0, 65_535), "port the service listens on; 0 takes a free one")
    workers: int = _setting(1, _whole(1, 256), "worker processes started by `copytrail up`")
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
                    problems.append(f"{name} is {raw!r}; expected {expected}")
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
    def limits(self) -> Limits:
        """The limits of one article."""
        return Limits(text_chars=self.max_text_chars, extra_bytes=self.max_extra_bytes)


def _env_name(setting: Field[Any]) -> str:
    return _PREFIX + setting.name.upper()
