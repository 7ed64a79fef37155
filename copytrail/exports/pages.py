"""The templates of what people read: everything put into them is escaped."""

from __future__ import annotations

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from copytrail.wording import SAID, moment, percent

ENVIRONMENT: Final = Environment(
    loader=PackageLoader("copytrail.exports"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.filters |= {"said": SAID.__getitem__, "moment": moment, "percent": percent}


def style(name: str) -> str:
    """A style sheet among the templates."""
    return ENVIRONMENT.get_template(name).render()
