"""Whatever the description of the interface allows gets an answer that it describes."""

from __future__ import annotations

from typing import Any, cast

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

CHECKS = [not_a_server_error, content_type_conformance, status_code_conformance]


def test_no_request_is_an_error_of_ours(app: Flask) -> None:
    description = schemathesis.openapi.from_wsgi("/openapi.json", app)
    operations = [found.ok() for found in cast(Any, description).get_all_operations()]
    assert len(operations) > 10
    for operation in operations:
        _try(operation)


def _try(operation: Any) -> None:  # noqa: ANN401 - schemathesis says no more
    @settings(
        max_examples=6,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=CHECKS, headers={"Host": "localhost"})

    ask()
