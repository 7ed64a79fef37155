"""`copytrail keys`: make, list, replace and revoke API keys. A running service sees every change by itself."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from copytrail.access import ID_BYTES, SECRET_BYTES, InvalidKeys, Key, Keyring, Scope, new_key, new_token
from copytrail.article import rfc3339
from copytrail.settings import Settings

_file_option = click.option(
    "--file", "path", type=click.Path(path_type=Path), help="Keys file instead of COPYTRAIL_API_KEYS_FILE."
)
_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("keys", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Make, list, replace and revoke the keys that clients of the service need.

    The file holds no secrets, only their hashes. Changes count at once, without a restart.
    """


@command.command("create")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="May be repeated.",
)
@click.option(
    "--days", type=click.IntRange(1, 36_500), help="Days until it expires; for ever when not given."
)
@_file_option
@_json_option
def create(name: str, scopes: Sequence[str], days: int | None, path: Path | None, as_json: bool) -> None:
    """Make a key for the client NAME and print it, once: it is kept nowhere."""
    file, now = _file(path), datetime.now(UTC).replace(microsecond=0)
    token = _new_token()
    try:
        expires = now + timedelta(days=days) if days else None
        key = new_key(token, name, [Scope(scope) for scope in scopes], now, expires)
    except ValueError as fault:
        raise click.UsageError(str(fault)) from fault
    _write(file, [*_read(file), key])
    _show(token, key, as_json)


@command.command("list")
@_file_option
@_json_option
def list_keys(path: Path | None, as_json: bool) -> None:
    """List the keys: id, scopes, when they were made, when they expire, name."""
    for key in _read(_file(path)):
        fields = json.loads(key.line())
        del fields["sha256"]
        expires = f"expires {fields['expires_at']}" if key.expires_at else "does not expire"
        plain = f"{key.id}  {','.join(fields['scopes']):<12}  {fields['created_at']}  {expires}  {key.name}"
        click.echo(json.dumps(fields) if as_json else plain)


@command.command("revoke")
@click.argument("key_id", metavar="ID")
@_file_option
def revoke(key_id: str, path: Path | None) -> None:
    """Take the key ID out: who shows it is refused from now on."""
    file = _file(path)
    keys = _read(file)
    key = _known(keys, key_id)
    _write(file, [other for other in keys if other is not key])
    click.echo(f"Revoked {key.id} ({key.name}).", err=True)


@command.command("rotate")
@click.argument("key_id", metavar="ID")
@click.option("--hours", type=click.IntRange(0, 8760), default=24, show_default=True, help="Both keys hold.")
@_file_option
@_json_option
def rotate(key_id: str, hours: int, path: Path | None, as_json: bool) -> None:
    """Make another key like ID and print it; ID itself expires after some hours, time to change over."""
    file, now = _file(path), datetime.now(UTC).replace(microsecond=0)
    keys = _read(file)
    old, token = _known(keys, key_id), _new_token()
    ends = min(filter(None, (old.expires_at, now + timedelta(hours=hours))))
    lasts = now + (old.expires_at - old.created_at) if old.expires_at else None
    ending, key = replace(old, expires_at=ends), new_key(token, old.name, old.scopes, now, lasts)
    _write(file, [*(ending if other is old else other for other in keys), key])
    click.echo(f"{old.id} expires {rfc3339(ends)}.", err=True)
    _show(token, key, as_json)


def _new_token() -> str:
    return new_token(secrets.token_bytes(ID_BYTES), secrets.token_bytes(SECRET_BYTES))


def _file(given: Path | None) -> Path:
    file = given or Settings.from_env(os.environ).api_keys_file
    if file is None:
        raise click.UsageError("Which file? Set COPYTRAIL_API_KEYS_FILE, as for the service, or give --file.")
    return file


def _read(file: Path) -> list[Key]:
    try:
        return Keyring.parse(file.read_text("utf-8")).keys()
    except FileNotFoundError:
        return []
    except (InvalidKeys, OSError, UnicodeDecodeError) as fault:
        raise click.ClickException(f"{file}: {fault}") from fault


def _write(file: Path, keys: Sequence[Key]) -> None:
    """Replace the file at once: a service that reads meanwhile sees all of the old or all of the new."""
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o600
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as new:
            new.writelines(key.line() for key in keys)
            new.flush()
            os.fsync(new.fileno())
        Path(new.name).chmod(mode)
        Path(new.name).replace(file)
    except OSError as error:
        raise click.ClickException(f"Cannot write {file}: {error.strerror}") from error


def _known(keys: Sequence[Key], key_id: str) -> Key:
    found = next((key for key in keys if key.id == key_id), None)
    if found is None:
        raise click.ClickException(f"There is no key {key_id!r}; `copytrail keys list` shows them.")
    return found


def _show(token: str, key: Key, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"key": token, "id": key.id, "name": key.name, "scopes": sorted(key.scopes)}))
        return
    click.echo(f"The key for {key.name} ({', '.join(sorted(key.scopes))}); it is not shown again:", err=True)
    click.echo(token)
