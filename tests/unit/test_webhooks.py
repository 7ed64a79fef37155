from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook as Verifier

from copytrail.addresses import Exceptions, literal
from copytrail.webhooks import GIVE_UP_AFTER, Progress, Secret

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@given(key=st.binary(min_size=24, max_size=64), body=st.text(max_size=300))
def test_messages_are_signed_as_standard_webhooks_ask_for(key: bytes, body: str) -> None:
    secret = Secret.of(key)
    headers = secret.headers("event_7", NOON, body.encode())
    assert headers["webhook-signature"] == Verifier(secret.text).sign("event_7", NOON, body)
    assert headers["webhook-timestamp"] == str(int(NOON.timestamp()))


@pytest.mark.parametrize("size", [0, 23, 65])
def test_a_key_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="24 to 64 bytes"):
        Secret("whsec_" + base64.b64encode(b"x" * size).decode())


def test_a_secret_is_not_in_a_repr() -> None:
    secret = Secret.of(b"x" * 32)
    assert secret.text[6:] not in repr(secret)


@given(chances=st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_pauses_grow_from_seconds_to_an_hour_and_end_after_three_days(chances: list[float]) -> None:
    progress, now = Progress(0), NOON
    for failures, chance in enumerate(chances):
        progress = progress.failed(now, "it answered 500", chance)
        assert progress.failures == failures + 1
        assert progress.disabled == (now - NOON >= GIVE_UP_AFTER)
        if progress.retry_at is None:
            assert progress.disabled
            assert not progress.due(now + timedelta(days=30))
            return
        pause = progress.retry_at - now
        usual = min(timedelta(seconds=5) * 2**failures, timedelta(hours=1))
        assert 0.75 * usual <= pause <= 1.25 * usual
        assert not progress.due(now) and progress.due(progress.retry_at)
        now = progress.retry_at
    done = progress.succeeded(now)
    assert (done.failures, done.error, done.status) == (0, None, "active")


def test_who_is_gone_is_disabled_at_once() -> None:
    progress = Progress(3).failed(NOON, "it answered 410 Gone", 0.5, final=True)
    assert (progress.status, progress.retry_at) == ("disabled", None)


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"],
)
def test_public_addresses_may_be_reached(address: str) -> None:
    assert Exceptions().permit("desk.example", address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:a00:1", "2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1", "::7f00:1",
    ],
)  # fmt: skip
def test_all_others_only_where_the_operator_allows_them(address: str) -> None:
    assert not Exceptions().permit("desk.example", address)
    assert Exceptions.parse("Hooks.Internal").permit("hooks.internal.", address)
    assert not Exceptions.parse("hooks.internal").permit("x.hooks.internal", address)


def test_a_network_is_allowed_also_when_it_is_wrapped() -> None:
    allowed = Exceptions.parse("10.20.0.0/16, fd00::/8, 127.0.0.1")
    assert allowed.permit("a", "10.20.3.4") and allowed.permit("a", "::ffff:10.20.3.4")
    assert allowed.permit("a", "fd00::7") and allowed.permit("a", "127.0.0.1")
    assert not allowed.permit("a", "10.21.0.1") and not allowed.permit("a", "127.0.0.2")
    assert Exceptions.parse(str(allowed)) == allowed


@pytest.mark.parametrize("raw", ["10.0.0.1/8", "a/b", "hooks internal", "http://x", "2130706433", "x:80"])
def test_what_is_no_host_and_no_network_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="divided by commas"):
        Exceptions.parse(raw)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0177.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("desk.example", None),
        ("cafe.de", None),
        ("face", None),
    ],
)
def test_hosts_that_spell_out_an_address(host: str, address: str | None) -> None:
    assert literal(host) == address
