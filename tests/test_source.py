"""What the source may not do, whoever writes it next: run what it reads, deserialise objects, spell SQL from texts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("bot", "adapters", "content", "scheduler")
SOURCES = sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))

RUNS_WHAT_IT_READS = {"eval", "exec", "compile", "__import__"}
DESERIALISES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle", "joblib"}
UNSAFE_YAML = {"load", "load_all", "unsafe_load", "full_load", "unsafe_load_all", "full_load_all"}
WIDER_YAML = {"Loader", "UnsafeLoader", "FullLoader", "CLoader", "CUnsafeLoader", "CFullLoader"}
RUNS_SQL = {"exec_driver_sql", "text", "executescript"}
OURS = {"name", "pragma", "where", "writes"}
"""What the store calls its own tables, pragmas, clauses and switches in the few statements that it spells."""


def nodes(kind: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """Every node of this kind in the source with `file:line`."""
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, kind):
                yield f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", node


def imported() -> Iterator[tuple[str, str]]:
    for where, node in nodes(ast.Import):
        assert isinstance(node, ast.Import)
        yield from ((where, each.name.partition(".")[0]) for each in node.names)
    for where, node in nodes(ast.ImportFrom):
        assert isinstance(node, ast.ImportFrom)
        yield where, (node.module or "").partition(".")[0]


def calls() -> Iterator[tuple[str, str, str, ast.Call]]:
    """(where, what it is called on, its name, the call)."""
    for where, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        match node.func:
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                yield where, owner, name, node
            case ast.Attribute(attr=name):
                yield where, "?", name, node
            case ast.Name(id=name):
                yield where, "", name, node


def test_there_is_source_to_look_at() -> None:
    assert len(SOURCES) > 100
    assert sum(1 for _ in calls()) > 1000


def test_nothing_deserialises_objects() -> None:
    assert [found for found in imported() if found[1] in DESERIALISES] == []


def test_nothing_runs_what_it_reads() -> None:
    found = [(where, name) for where, owner, name, _ in calls() if not owner and name in RUNS_WHAT_IT_READS]
    assert found == []


def test_yaml_is_read_by_safe_loaders_alone() -> None:
    found = [where for where, owner, name, _ in calls() if owner == "yaml" and name in UNSAFE_YAML]
    found += [
        where for where, node in nodes(ast.Attribute) if isinstance(node, ast.Attribute) and node.attr in WIDER_YAML
    ]
    assert found == []


def test_no_statement_is_spelt_from_a_persons_text() -> None:
    """Statements are built by SQLAlchemy with bound values; the few spelt ones hold names of ours alone."""
    found = []
    for where, _, name, call in calls():
        if name in RUNS_SQL or (
            name == "execute" and call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
        ):
            found += [f"{where}: {strange}" for argument in call.args[:1] for strange in strangers(argument)]
    assert [each for each in found if "/migrations/" not in each] == []


def strangers(argument: ast.expr) -> list[str]:
    """The parts of a spelt statement that are no constants of ours."""
    if isinstance(argument, ast.BinOp):
        return [ast.unparse(argument)]
    if not isinstance(argument, ast.JoinedStr):
        return []
    parts = [part.value for part in argument.values if isinstance(part, ast.FormattedValue)]
    return [ast.unparse(part) for part in parts if not of_ours(part)]


def of_ours(part: ast.expr) -> bool:
    """Whether a part of a statement is a constant, a name of ours, or a call with constants alone."""
    match part:
        case ast.Name(id=name):
            return name.isupper() or name in OURS
        case ast.IfExp(body=body, orelse=other):
            return of_ours(body) and of_ours(other)
        case ast.Call(args=arguments, keywords=[]):
            return all(isinstance(each, ast.Constant) for each in arguments)
        case _:
            return False


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_of_a_lock_has_its_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert len(lines) > 20
    bare = [
        line
        for line in lines
        if not re.fullmatch(r"[a-zA-Z0-9._\[\]-]+==\S+( ; [^#]*?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*", line)
    ]
    assert bare == []


def test_every_installation_asks_for_the_hashes() -> None:
    for file in ("tools/environment.py", "Dockerfile"):
        text = (ROOT / file).read_text(encoding="utf-8")
        for line in text.splitlines():
            if ".lock" in line and "install" in line:
                assert "--require-hashes" in line, f"{file}: {line}"
    assert '"--require-hashes", "--requirement", str(lock)' in (ROOT / "tools/environment.py").read_text(
        encoding="utf-8"
    )
