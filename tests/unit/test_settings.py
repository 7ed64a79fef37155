from __future__ import annotations

from pathlib import Path

import pytest

from copytrail.errors import InvalidSettings
from copytrail.settings import Settings


def test_nothing_set_means_the_embedded_store_on_this_machine_only() -> None:
    settings = Settings.from_env({})
    assert settings.redis_url is None
    assert settings.host == "127.0.0.1"
    assert settings.fsync == "always"


def test_every_setting_is_read_from_its_variable() -> None:
    settings = Settings.from_env(
        {
            "COPYTRAIL_REDIS_URL": "redis+cluster://node:7000",
            "COPYTRAIL_DATA": "/var/lib/copytrail",
            "COPYTRAIL_PORT": " 9000 ",
            "COPYTRAIL_FSYNC": "everysec",
            "COPYTRAIL_HOST": "",
            "HOME": "/root",
        }
    )
    assert settings.redis_url == "redis+cluster://node:7000"
    assert settings.data == Path("/var/lib/copytrail")
    assert (settings.port, settings.fsync, settings.host) == (9000, "everysec", "127.0.0.1")


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(InvalidSettings) as caught:
        Settings.from_env(
            {
                "COPYTRAIL_REDIS_URL": "http://x",
                "COPYTRAIL_PORT": "70000",
                "COPYTRAIL_WORKERS": "many",
                "COPYTRAIL_FSYNC": "no",
                "COPYTRAIL_WORKER": "1",
            }
        )
    problems = "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 5
    for name in (
        "REDIS_URL is not valid",
        "PORT is '70000'",
        "WORKERS is 'many'",
        "FSYNC is 'no'",
        "WORKER is not",
    ):
        assert f"COPYTRAIL_{name}" in problems
    assert "a whole number from 0 to 65535" in problems


@pytest.mark.parametrize("number", ["-1", "1e3", "٣", "9" * 5000, "1 0", "0x10"])
def test_only_plain_whole_numbers_are_numbers(number: str) -> None:
    with pytest.raises(InvalidSettings):
        Settings.from_env({"COPYTRAIL_MAX_BATCH": number})


@pytest.mark.parametrize("url", ["redis://", "unix://", "valkey://x", "127.0.0.1:6379", "redis://[::1"])
def test_a_store_needs_a_whole_address(url: str) -> None:
    with pytest.raises(InvalidSettings):
        Settings.from_env({"COPYTRAIL_REDIS_URL": url})


def test_settings_travel_through_an_environment_unchanged() -> None:
    settings = Settings(redis_url="unix:///run/x.sock", data=Path("d"), port=0, max_extra_bytes=0)
    assert Settings.from_env(settings.to_env()) == settings


def test_the_table_has_every_setting_with_its_default_and_meaning() -> None:
    table = {name: (default, meaning) for name, default, meaning in Settings.table()}
    given = {name for name, value in Settings().to_env().items() if value}
    assert given == {name for name, (default, _) in table.items() if default}
    assert table["COPYTRAIL_PORT"][0] == "8080"
    assert all(meaning for _, meaning in table.values())


@pytest.mark.parametrize("name", ["COPYTRAIL_REDIS_URL", "COPYTRAIL_API_KEY"])
def test_a_secret_is_neither_in_a_message_nor_in_a_representation(name: str) -> None:
    with pytest.raises(InvalidSettings) as caught:
        Settings.from_env({name: "http://someone:swordfish @host"})
    assert "swordfish" not in str(caught.value)
    assert "swordfish" not in repr(Settings(redis_url="redis://:swordfish@host", api_key="swordfish"))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.1", "::1", "localhost"])
def test_loopback_needs_no_keys(host: str) -> None:
    Settings(host=host).refuse_exposure()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "copytrail.example", "127.0.0.1.example"])
def test_elsewhere_somebody_must_say_who_may(host: str) -> None:
    with pytest.raises(InvalidSettings, match="COPYTRAIL_API_KEYS_FILE"):
        Settings(host=host).refuse_exposure()
    Settings(host=host, api_keys_file=Path("keys")).refuse_exposure()
    Settings(host=host, open="yes").refuse_exposure()
