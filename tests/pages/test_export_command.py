from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

from click.testing import CliRunner, Result
from prov.model import ProvDocument

from copytrail.cli import main
from tests.pages.conftest import Site


def run(site: Site, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["export", *map(str, arguments), "--api", site.url])


def test_all_clusters_are_exported_with_their_provenance(site: Site) -> None:
    lines = [json.loads(line) for line in run(site).stdout.splitlines()]
    listed = site.json("/v1/clusters")["clusters"]
    assert [cluster["id"] for cluster in lines] == [cluster["id"] for cluster in listed]
    assert all(cluster["articles"] and "edges" in cluster for cluster in lines)
    assert len(run(site, "--source", "Kestrel Bay Courier").stdout.splitlines()) == 1


def test_all_clusters_are_one_table(site: Site) -> None:
    rows = list(csv.DictReader(StringIO(run(site, "--format", "csv").stdout, newline="")))
    assert len(rows) == sum(cluster["size"] for cluster in site.json("/v1/clusters")["clusters"])
    assert {row["cluster"] for row in rows} >= {site.cluster_of("harbour-bridge-1")}


def test_one_cluster_is_exported_in_any_format(site: Site, tmp_path: Path) -> None:
    cluster = site.cluster_of("harbour-bridge-1")
    ProvDocument.deserialize(content=run(site, cluster).stdout, format="json")
    file = tmp_path / "evidence.html"
    assert run(site, cluster, "--format", "html", "--output", file).exit_code == 0
    assert "Evidence of shared text" in file.read_text("utf-8")


def test_what_does_not_go_together_is_wrong_usage(site: Site) -> None:
    for arguments in (("--format", "dot"), ("c_1", "--format", "jsonl"), ("c_1", "--q", "bridge")):
        assert run(site, *arguments).exit_code == 2
    unknown = run(site, "c_nothing")
    assert unknown.exit_code == 1
    assert "There is no cluster" in unknown.output
