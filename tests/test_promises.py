"""What docs/promises.csv says is delivered names tests that exist."""

from __future__ import annotations

import ast
import csv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def rows() -> list[dict[str, str]]:
    with (ROOT / "docs" / "promises.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_list_is_not_empty_and_every_row_names_a_test():
    assert len(rows()) > 20
    assert [row["row"] for row in rows() if not row["tests"].split()] == []


def test_what_is_missing_stands_in_the_line_and_not_in_the_status():
    assert {row["status"] for row in rows()} == {"delivered", "partly"}
    assert [row["row"] for row in rows() if row["status"] == "partly" and "(" not in row["line"]] == []


@pytest.mark.parametrize("name", sorted({test for row in rows() for test in row["tests"].split()}))
def test_a_named_test_exists(name):
    path, _separator, function = name.partition("::")
    tree = ast.parse((ROOT / path).read_text())
    found = {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert found
    assert not function or function in found
