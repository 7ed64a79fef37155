"""The wire: one way to send commands to a server or a cluster, and one place where its errors become ours."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from itertools import islice
from typing import Any, Final, TypeAlias, TypeVar
from urllib.parse import urlsplit

from redis import Redis
from redis import exceptions as redis_errors
from redis.backoff import ExponentialBackoff
from redis.cluster import RedisCluster
from redis.retry import Retry

from copytrail.errors import DamagedStore, StoreError, StoreFull, StoreUnavailable
from copytrail.store.work import TakenOver

Argument: TypeAlias = str | bytes | int | float
Command: TypeAlias = tuple[Argument, ...]
T = TypeVar("T")

_LIBRARIES: Final = ("articles", "index", "edges", "clusters", "work", "once", "reindex")
_TIMEOUT: Final = 10.0  # seconds for one answer; the longest function takes milliseconds
_DURABLE_MS: Final = 5000  # a disk that does not write within this is not to be trusted with an answer
_OPEN_SECONDS: Final = 15.0  # a store started together with us may need this long to be there
_UNREACHABLE: Final = (
    redis_errors.ConnectionError,
    redis_errors.TimeoutError,
    redis_errors.ClusterError,
    OSError,
)
_NO_FUNCTION: Final = "Function not found"
_FULL: Final = ("OOM ", "MISCONF ", "command not allowed when used memory")
_LATER: Final = ("LOADING", "BUSY", "READONLY", "MASTERDOWN", "TRYAGAIN", "CLUSTERDOWN", "NOREPLICAS")


def call(name: str, keys: Sequence[str], *args: Argument) -> Command:
    """A call of a function that writes."""
    return ("FCALL", name, len(keys), *keys, *args)


def read(name: str, keys: Sequence[str], *args: Argument) -> Command:
    """A call of a function that only reads."""
    return ("FCALL_RO", name, len(keys), *keys, *args)


class Connection:
    """A server or a cluster, with the functions of `lua/` where they are missing. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = _patiently(lambda: _connect(url))

    def run(self, commands: Sequence[Command]) -> list[Any]:
        """Send the commands together; the answers in their order. Each runs by itself, possibly on another
        server.

        A command may run twice when its answer is lost, so every command must bear repetition.
        """
        answers = self._send(commands) if commands else []
        if any(
            _NO_FUNCTION in str(answer)
            for answer in answers
            if isinstance(answer, redis_errors.ResponseError)
        ):
            self.load_functions()
            answers = self._send(commands)
        for answer in answers:
            if isinstance(answer, Exception):
                raise _translated(answer) from answer
        return answers

    def one(self, command: Command) -> Any:  # noqa: ANN401 - what a server answers has no type
        """Send one command."""
        return self.run([command])[0]

    def confirm_durable(self, synced_keys: Iterable[str], replicas: int = 0) -> None:
        """Return once all that was written before to the servers of these keys is on their disks, and on those of so
        many replicas of each.

        Raises StoreUnavailable when a server cannot confirm it: it is slow, or has no append-only file, or too few
        replicas follow it.
        """
        for server, key in self._servers(synced_keys):
            try:
                with server.pipeline(
                    transaction=False
                ) as pipe:  # one connection: WAITAOF is about its writes
                    pipe.set(key, "")
                    pipe.waitaof(1, replicas, _DURABLE_MS)
                    _, (local, copies) = pipe.execute()
            except (redis_errors.RedisError, OSError) as error:
                raise _translated(error) from error
            if not local:
                raise StoreUnavailable(
                    f"The store did not write to its disk within {_DURABLE_MS / 1000:g} s; nothing is lost yet, "
                    "but nothing can be promised: look at the disk of the store."
                )
            if copies < replicas:
                raise StoreUnavailable(
                    f"Only {copies} of {replicas} replicas had it on their disks within {_DURABLE_MS / 1000:g} s: "
                    "look at the replicas of the store, or ask for fewer with COPYTRAIL_REPLICAS."
                )

    def configuration(self, names: Sequence[str]) -> list[dict[str, str]]:
        """The settings of every primary server; empty where they may not be read."""
        return [_settings_of(server, names) for server in self.primaries()]

    def primaries(self) -> list[Redis]:
        """A client of every server that holds a part of the data."""
        if isinstance(self._client, RedisCluster):
            nodes = self._client.get_primaries()  # type: ignore[no-untyped-call]
            return [self._client.get_redis_connection(node) for node in nodes]
        return [self._client]

    def fewest_replicas(self) -> int:
        """How many replicas follow the primary server that has the fewest."""
        try:
            return min(int(server.info("replication")["connected_slaves"]) for server in self.primaries())
        except (redis_errors.RedisError, OSError) as error:
            raise _translated(error) from error

    def facts(self) -> list[dict[str, Any]]:
        """What every primary server says of itself: its memory, its persistence, its version and so on."""
        try:
            return [server.info() for server in self.primaries()]
        except (redis_errors.RedisError, OSError) as error:
            raise _translated(error) from error

    def used_bytes(self) -> int:
        """Memory taken on all primary servers."""
        return sum(int(facts["used_memory"]) for facts in self.facts())

    def has_functions(self) -> bool:
        """Whether every primary server has the functions as they are in this program."""
        wanted = {_function_code(name).encode() for name in _LIBRARIES}
        try:
            return all(wanted <= _loaded_code(server) for server in self.primaries())
        except redis_errors.ResponseError:  # not for us to know: the first call will tell
            return True
        except (redis_errors.RedisError, OSError) as error:
            raise _translated(error) from error

    def load_functions(self) -> None:
        """Load the functions of `lua/`, in place of those of another version."""
        for name in _LIBRARIES:
            code = _function_code(name)
            _patiently(lambda code=code: self._client.function_load(code, replace=True))  # type: ignore[misc]

    def close(self) -> None:
        """Give back the sockets."""
        self._client.close()

    def _send(self, commands: Sequence[Command]) -> list[Any]:
        try:
            with self._client.pipeline(transaction=False) as pipe:
                for command in commands:
                    pipe.execute_command(*command)
                return pipe.execute(raise_on_error=False)
        except (redis_errors.RedisError, OSError) as error:
            raise _translated(error) from error

    def _servers(self, keys: Iterable[str]) -> list[tuple[Redis, str]]:
        """Each server that holds one of the keys, once, with one of them."""
        if not isinstance(self._client, RedisCluster):
            return [(self._client, key) for key in islice(keys, 1)]
        nodes = {self._client.get_node_from_key(key): key for key in keys}  # type: ignore[no-untyped-call]
        return [(self._client.get_redis_connection(node), key) for node, key in nodes.items()]


def _function_code(name: str) -> str:
    """The code of a library as the server gets it, with what all of them share."""
    code = {
        part: (files("copytrail.store") / "lua" / f"{part}.lua").read_text("utf-8")
        for part in (name, "shared")
    }
    declaration, _, rest = code[name].partition("\n")
    return f"{declaration}\n{code['shared']}\n{rest}"


def _loaded_code(server: Redis) -> set[bytes]:
    """The code of the libraries loaded; the server tells each as a flat list of names and values."""
    libraries = server.function_list(withcode=True)
    return {dict(zip(each[::2], each[1::2], strict=True))[b"library_code"] for each in libraries}


def _connect(url: str) -> Redis | RedisCluster:
    options: dict[str, Any] = {
        "protocol": 2,
        "socket_timeout": _TIMEOUT,
        "socket_connect_timeout": _TIMEOUT / 2,
        # A lost connection is worth another try; an answer that did not come in time would only be late again.
        "retry": Retry(ExponentialBackoff(cap=0.5, base=0.02), 4, (redis_errors.ConnectionError,)),
    }
    if urlsplit(url).scheme != "redis+cluster":
        client = Redis.from_url(url, **options)
        client.ping()
        return client
    cluster = RedisCluster.from_url(url.removeprefix("redis+cluster").join(["redis", ""]), **options)
    for name in ("fcall", "fcall_ro"):
        # Where the first key stands is known, and one key says the server: asking it about every call would
        # cost a round trip and send all arguments twice.
        cluster.commands_parser.commands[name] |= {
            "first_key_pos": 3,
            "last_key_pos": 3,
            "step_count": 1,
            "flags": [],
        }
    return cluster


def _patiently(act: Callable[[], T]) -> T:
    """Try again, ever more slowly, while the store is not there yet."""
    deadline, pause = time.monotonic() + _OPEN_SECONDS, 0.05
    while True:
        try:
            return act()
        except (redis_errors.RedisError, OSError) as error:
            ours = _translated(error)
            if not isinstance(ours, StoreUnavailable) or time.monotonic() + pause > deadline:
                raise ours from error
        time.sleep(pause)
        pause = min(2 * pause, 1.0)


def _settings_of(server: Redis, names: Sequence[str]) -> dict[str, str]:
    try:
        found = server.config_get(*names)
    except redis_errors.ResponseError:
        return {}
    except _UNREACHABLE as error:
        raise _translated(error) from error
    return {_text(name): _text(value) for name, value in found.items()}


def _text(value: str | bytes | None) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""


def _translated(error: Exception) -> StoreError:
    said = str(error)
    if said.startswith("FENCED"):
        return TakenOver("Another worker took this one for dead and has taken over its articles.")
    if said.startswith("SWITCHED"):
        return StoreUnavailable("The index is being replaced by another one: articles wait for that.")
    if isinstance(error, redis_errors.OutOfMemoryError) or said.startswith(_FULL):
        return StoreFull(f"The store refuses writes until it has room again: {said}")
    if isinstance(error, _UNREACHABLE) or said.startswith(_LATER):
        return StoreUnavailable(f"The store does not answer: {said}")
    if "appendonly is disabled" in said:
        return StoreUnavailable(
            "The store keeps no append-only file, so nothing it is given can be promised to survive: "
            "start it with `appendonly yes`."
        )
    return DamagedStore(f"The store cannot do what it was asked: {said}")
