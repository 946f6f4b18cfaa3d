"""Templates print, they do not think: what may stand in one is a short list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from weft.emit.literals import FILTERS
from weft.resources import TEMPLATES

ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.For,
    nodes.If,
    nodes.Import,
    nodes.Include,
    nodes.Macro,
    nodes.Call,
    nodes.Filter,
    nodes.Const,  # arguments of macros
    nodes.Tuple,  # names of a loop that walks over pairs
)
MOST_LINES = 60
LONGER = {
    "harness.c.j2": 130,
    "model.c.j2": 90,
    "model.h.j2": 130,  # the comments of the public interface
    "api.c.j2": 110,  # one function after the other
    "model_selftest.c.j2": 70,
    "report.html.j2": 210,  # styles and scripts of one self-contained page
}
PATHS = sorted(TEMPLATES.rglob("*.j2"))


def faults(text: str) -> Iterator[str]:
    """What a template does beyond printing."""
    tree = Environment(trim_blocks=True, lstrip_blocks=True).parse(text)
    for node in tree.find_all(nodes.Node):
        where = f"line {node.lineno}: {type(node).__name__}"
        if not isinstance(node, ALLOWED):
            yield where
        elif isinstance(node, nodes.If) and (node.elif_ or not _field(node.test)):
            yield f"{where} asks for more than one field"
        elif isinstance(node, nodes.For) and (node.test or node.recursive or not _field(node.iter)):
            yield f"{where} does more than walk over a field"
        elif isinstance(node, nodes.Filter) and node.name not in {*FILTERS, "length"}:
            yield f"{where} {node.name}"
        elif isinstance(node, nodes.Call) and not _macro(tree, node.node):
            yield f"{where} of what is no macro"


def _field(node: nodes.Expr) -> bool:
    """Whether an expression is a variable or a field of one."""
    while isinstance(node, nodes.Getattr):
        node = node.node
    return isinstance(node, nodes.Name)


def _macro(tree: nodes.Template, called: nodes.Expr) -> bool:
    """Whether a call is that of a macro of this template or of an imported one."""
    if isinstance(called, nodes.Getattr) and isinstance(called.node, nodes.Name):
        return called.node.name in {i.target for i in tree.find_all(nodes.Import)}
    own = {m.name for m in tree.find_all(nodes.Macro)}
    return isinstance(called, nodes.Name) and called.name in own


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.relative_to(TEMPLATES).as_posix())
def test_prints_only(path: Path) -> None:
    """No arithmetic, comparison, assignment, condition in an expression; not too long."""
    text = path.read_text(encoding="utf-8")
    assert list(faults(text)) == []
    assert len(text.splitlines()) <= LONGER.get(path.name, MOST_LINES)


@pytest.mark.parametrize(
    "text",
    [
        "{{ a + 1 }}",
        "{{ a == b }}",
        "{% set a = b %}",
        "{{ a if b else c }}",
        "{{ a|upper }}",
        "{{ a[0] }}",
        "{{ a.f() }}",
        "{% if a and b %}{% endif %}",
        "{% if not a %}{% endif %}",
        "{% if a %}{% elif b %}{% endif %}",
        "{% for x in a if x.b %}{% endfor %}",
        "{% for x in range(3) %}{% endfor %}",
        "{{ a ~ b }}",
        "{{ [a, b] }}",
    ],
)
def test_rule(text: str) -> None:
    """The rule sees what it forbids."""
    assert list(faults(text))
