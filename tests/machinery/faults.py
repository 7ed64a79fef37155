"""The faults of a campaign. Each is done to a running Copytrail and, where it lasts, undone again."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from proxy import Proxy
from real import Real
from redis import Redis
from redis.exceptions import RedisError
from remote import RemoteStore

CLAIM_SECONDS: Final = 2
Fault: TypeAlias = Callable[["Victim"], None]


@dataclass(frozen=True)
class Victim:
    """What faults are done to: the processes, the wire between client and service, and the store itself.

    `remote` is the store when it is not one of the processes of `real`.
    """

    real: Real
    wire: Proxy
    store: Redis
    chance: random.Random
    remote: RemoteStore | None = None

    @property
    def store_pid(self) -> int:
        """The process of the store. Raises ProcessLookupError when there is none at the moment."""
        return self.remote.pid if self.remote else self.real.find("store")

    @property
    def store_wire(self) -> Proxy:
        """The wire to a remote store."""
        assert self.remote
        return self.remote.wire

    def pause(self, low: float, high: float) -> None:
        """Let some time pass, in seconds."""
        time.sleep(self.chance.uniform(low, high))

    def upset(
        self, wire: Proxy, seconds: tuple[float, float], delay: float = 0, swallow: bool = False
    ) -> None:
        """Have a wire delay, or lose all answers, for as long as chance says between two bounds, and heal it."""
        wire.delay, wire.swallow = delay, swallow
        self.pause(*seconds)
        wire.heal()


def kill_worker(victim: Victim) -> None:
    """A worker dies in the middle of whatever it does."""
    victim.real.strike("worker", signal.SIGKILL)


def kill_service(victim: Victim) -> None:
    """The service dies with requests in hand."""
    victim.real.strike("service", signal.SIGKILL)


def kill_store(victim: Victim) -> None:
    """The store dies under load."""
    if victim.remote:
        victim.remote.crash()
    else:
        victim.real.strike("store", signal.SIGKILL)


def kill_launcher(victim: Victim) -> None:
    """All of it dies, and is started again on what is on the disk."""
    victim.real.kill()
    victim.real.start()


def terminate_worker(victim: Victim) -> None:
    """A worker is told to stop in the middle of a batch."""
    victim.real.strike("worker", signal.SIGTERM)


def suspend_worker(victim: Victim) -> None:
    """A worker is stopped for longer than its claim lasts, then goes on."""
    _suspend(victim.real.find("worker"), CLAIM_SECONDS + 1.5)


def suspend_service(victim: Victim) -> None:
    """The service stops for a while, then goes on."""
    _suspend(victim.real.find("service"), 2.0)


def suspend_store(victim: Victim) -> None:
    """The store stops for a while, then goes on."""
    _suspend(victim.store_pid, 2.0)


def cut_wire(victim: Victim) -> None:
    """Every connection of the clients ends, with requests and answers on their way."""
    victim.wire.cut()


def swallow_answers(victim: Victim) -> None:
    """Requests arrive and are handled; the clients never learn so."""
    victim.upset(victim.wire, (0.5, 1.5), swallow=True)


def slow_wire(victim: Victim) -> None:
    """Everything between clients and service takes 200 ms longer."""
    victim.upset(victim.wire, (1, 2), delay=0.2)


def fill_memory(victim: Victim) -> None:
    """The store reaches its memory limit."""
    used = victim.store.info("memory")["used_memory"]
    victim.store.config_set("maxmemory", used - 1)
    victim.pause(1, 2)
    victim.store.config_set("maxmemory", 0)


def flush_functions(victim: Victim) -> None:
    """The store forgets the functions it was given."""
    victim.store.function_flush("SYNC")


def lose_queue(victim: Victim) -> None:
    """A partition of the queue is deleted with its consumer group."""
    streams = sorted(victim.store.scan_iter("ct:{*}:work*", _type="stream"))
    if streams:
        victim.store.delete(victim.chance.choice(streams))


def rewrite_log(victim: Victim) -> None:
    """The store rewrites its append-only file while it is written to."""
    victim.store.bgrewriteaof()


def disconnect_all(victim: Victim) -> None:
    """The store ends every connection."""
    victim.store.client_kill_filter(_type="normal", skipme=True)


def cut_store_wire(victim: Victim) -> None:
    """Every connection to the store ends, with commands and answers on their way."""
    victim.store_wire.cut()


def swallow_store_answers(victim: Victim) -> None:
    """Commands reach the store and are done; nobody learns so."""
    victim.upset(victim.store_wire, (0.5, 1.5), swallow=True)


def slow_store(victim: Victim) -> None:
    """Everything between Copytrail and its store takes 200 ms longer."""
    victim.upset(victim.store_wire, (3, 5), delay=0.2)


def silent_store(victim: Victim) -> None:
    """Nothing comes from the store for three seconds, then all of it at once."""
    victim.store_wire.deaf = True
    time.sleep(3)
    victim.store_wire.deaf = False


def _suspend(pid: int, seconds: float) -> None:
    os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    os.kill(pid, signal.SIGCONT)


def _named(*faults: Fault) -> dict[str, Fault]:
    return {fault.__name__.replace("_", " "): fault for fault in faults}


ANYWHERE: Final[Mapping[str, Fault]] = _named(
    kill_worker,
    kill_service,
    kill_store,
    kill_launcher,
    terminate_worker,
    suspend_worker,
    suspend_service,
    suspend_store,
    cut_wire,
    swallow_answers,
    slow_wire,
    fill_memory,
    flush_functions,
    lose_queue,
    rewrite_log,
    disconnect_all,
)
REMOTELY: Final[Mapping[str, Fault]] = _named(cut_store_wire, swallow_store_answers, slow_store, silent_store)
"""What may happen besides where the store is elsewhere."""


def faults_for(victim: Victim, count: int) -> dict[str, Fault]:
    """So many faults, as chance has them, in the order in which to do them; where the store is elsewhere all of its
    own.
    """
    possible = dict(ANYWHERE) | (dict(REMOTELY) if victim.remote else {})
    own = sorted(REMOTELY) if victim.remote else []
    chosen = own + victim.chance.sample(sorted(ANYWHERE), count - len(own))
    victim.chance.shuffle(chosen)
    return {name: possible[name] for name in chosen}


def inflict(fault: Fault, victim: Victim) -> bool:
    """Do a fault; False when what it needs was away because of an earlier one."""
    try:
        fault(victim)
    except (RedisError, ProcessLookupError):
        return False
    return True
