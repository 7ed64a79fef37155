"""The faults of a campaign. Each is done to a running Copytrail and, where it lasts, undone again."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from proxy import Proxy
from real import Real
from redis import Redis
from redis.exceptions import RedisError

CLAIM_SECONDS: Final = 2


@dataclass(frozen=True)
class Victim:
    """What faults are done to: the processes, the wire between client and service, and the store itself."""

    real: Real
    wire: Proxy
    store: Redis
    chance: random.Random

    def pause(self, low: float, high: float) -> None:
        """Let some time pass, in seconds."""
        time.sleep(self.chance.uniform(low, high))


def kill_worker(victim: Victim) -> None:
    """A worker dies in the middle of whatever it does."""
    victim.real.strike("worker", signal.SIGKILL)


def kill_service(victim: Victim) -> None:
    """The service dies with requests in hand."""
    victim.real.strike("service", signal.SIGKILL)


def kill_store(victim: Victim) -> None:
    """The store dies under load."""
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
    _suspend(victim, "worker", CLAIM_SECONDS + 1.5)


def suspend_service(victim: Victim) -> None:
    """The service stops for a while, then goes on."""
    _suspend(victim, "service", 2.0)


def suspend_store(victim: Victim) -> None:
    """The store stops for a while, then goes on."""
    _suspend(victim, "store", 2.0)


def cut_wire(victim: Victim) -> None:
    """Every connection of the clients ends, with requests and answers on their way."""
    victim.wire.cut()


def swallow_answers(victim: Victim) -> None:
    """Requests arrive and are handled; the clients never learn so."""
    victim.wire.swallow = True
    victim.pause(0.5, 1.5)
    victim.wire.heal()


def slow_wire(victim: Victim) -> None:
    """Everything between clients and service takes 200 ms longer."""
    victim.wire.delay = 0.2
    victim.pause(1, 2)
    victim.wire.heal()


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


def _suspend(victim: Victim, role: str, seconds: float) -> None:
    found = [pid for pid, its_role in victim.real.children().items() if its_role == role]
    if found:
        victim.real.send(found[0], signal.SIGSTOP)
        time.sleep(seconds)
        victim.real.send(found[0], signal.SIGCONT)


FAULTS: Final[Mapping[str, Callable[[Victim], None]]] = {
    fault.__name__.replace("_", " "): fault
    for fault in (
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
}


def inflict(name: str, victim: Victim) -> bool:
    """Do a fault; False when what it needs was away because of an earlier one."""
    try:
        FAULTS[name](victim)
    except (RedisError, ProcessLookupError):
        return False
    return True
