"""Write docs/reference anew: `python -m docs.generate`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from copytrail.settings import Settings
from copytrail.store.connection import Connection
from copytrail.store.embedded import EmbeddedServer
from copytrail.store.redis import RedisStore
from docs.generate import interface, library
from service.app import create_app

REFERENCE = Path(__file__).parent.parent / "reference"


def main() -> None:
    """Write both pages. The description of the interface is asked of a service, which needs a store."""
    with TemporaryDirectory() as folder, EmbeddedServer(Path(folder)) as server:
        server.start()
        settings = Settings(redis_url=server.url)
        connection = Connection(server.url)
        client = create_app(settings, RedisStore(connection, settings)).test_client()
        spec = client.get("/openapi.json", headers={"Host": "localhost"}).get_json()
        connection.close()
    REFERENCE.mkdir(exist_ok=True)
    (REFERENCE / "http.md").write_text(interface.page(spec), "utf-8")
    (REFERENCE / "python.md").write_text(library.page(), "utf-8")


if __name__ == "__main__":
    main()
