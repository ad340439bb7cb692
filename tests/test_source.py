"""What the source may not do, whoever writes it next: run what it reads, deserialise objects, spell SQL from texts."""

from __future__ import annotations

import ast
import importlib.util
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("bot", "adapters", "content", "scheduler")
SOURCES = sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))

RUNS_WHAT_IT_READS = {
    *(
        "eval",
        "exec",
        "compile",
        "__import__",
        "os.system",
        "os.popen",
        "os.startfile",
        "code.interact",
        "runpy.run_path",
    ),
    *(f"os.{kind}{how}" for kind in ("exec", "spawn") for how in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
    *("asyncio.create_subprocess_shell", "subprocess.getoutput", "subprocess.getstatusoutput"),
}
DESERIALISES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle", "joblib"}
IMPORTS_BY_NAME = {"bot/cli/tree.py", "bot/store/prepared.py", "content/readers/known.py", "content/writers/known.py"}
"""They import modules whose names are ours: those of commands, readers and writers, and SQLAlchemy's dialects."""
UNSAFE_YAML = {"load", "load_all", "unsafe_load", "full_load", "unsafe_load_all", "full_load_all"}
WIDER_YAML = {"Loader", "UnsafeLoader", "FullLoader", "CLoader", "CUnsafeLoader", "CFullLoader"}
RUNS_SQL = {"exec_driver_sql", "executescript", "sqlalchemy.text", "sqlalchemy.literal_column"}
OURS = {"name", "pragma", "where", "writes"}
"""What the store calls its own tables, pragmas, clauses and switches in the few statements that it spells."""
SPELT_ELSEWHERE = {
    ("bot/store/held.py", "statement"): "one of two statements of ours, chosen by the kind of hold",
}
"""Where a statement is run that is spelt somewhere else, by file and argument, and why that is ours."""


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Every file of the source by its name."""
    for file in SOURCES:
        yield file.relative_to(ROOT).as_posix(), parsed(file)


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def imported_as(tree: ast.Module) -> dict[str, str]:
    """By the name that a file uses: what it stands for, from the top package on."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.asname or each.name: each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    return {name: whole.removeprefix("builtins.") for name, whole in found.items()}


def calls() -> Iterator[tuple[str, str, ast.Call, ast.Module]]:
    """(file, what is called with its imports resolved, the call, the whole file)."""
    for file, tree in trees():
        for whole, node in calls_in(tree):
            yield file, whole, node, tree


@cache
def calls_in(tree: ast.Module) -> list[tuple[str, ast.Call]]:
    """The calls of a file, which several tests look at."""
    known, found = imported_as(tree), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            owner, _, name = ast.unparse(node.func).rpartition(".")
            whole = f"{known.get(owner, owner)}.{name}" if owner else known.get(name, name)
            found.append((whole.removeprefix("builtins."), node))
    return found


def test_there_is_source_to_look_at() -> None:
    assert len(SOURCES) > 100
    assert sum(1 for _ in calls()) > 1000


def test_nothing_deserialises_objects() -> None:
    named = [(file, whole) for file, tree in trees() for whole in imported_as(tree).values()]
    assert [(file, whole) for file, whole in named if whole.partition(".")[0] in DESERIALISES] == []
    by_name = {file for file, whole, _, _ in calls() if whole == "importlib.import_module"}
    assert by_name <= IMPORTS_BY_NAME


def test_nothing_runs_what_it_reads() -> None:
    assert [(file, whole) for file, whole, _, _ in calls() if whole in RUNS_WHAT_IT_READS] == []
    shells = [(file, each.arg) for file, _, call, _ in calls() for each in call.keywords if each.arg == "shell"]
    assert shells == []


def test_yaml_is_read_by_safe_loaders_alone() -> None:
    unsafe = {f"yaml.{name}" for name in UNSAFE_YAML}
    found = [(file, whole) for file, whole, _, _ in calls() if whole in unsafe]
    for file, tree in trees():
        found += [(file, whole) for whole in imported_as(tree).values() if whole in {f"yaml.{n}" for n in WIDER_YAML}]
        found += [(file, each.attr) for each in ast.walk(tree) if isinstance(each, ast.Attribute)]
    assert [each for each in found if each[1] in WIDER_YAML or "." in each[1]] == []


def test_no_statement_is_spelt_from_a_persons_text() -> None:
    """Statements are built by SQLAlchemy with bound values; the few spelt ones hold names of ours alone."""
    found = []
    for file, whole, call, tree in calls():
        runs = bool({whole, whole.rpartition(".")[2]} & RUNS_SQL)
        if not call.args or "/migrations/" in file or not (runs or whole.endswith(".execute")):
            continue
        for argument in spelt(call.args[0], tree):
            if (file, ast.unparse(argument)) not in SPELT_ELSEWHERE:
                found += [f"{file}:{call.lineno}: {each}" for each in strangers(argument, sure=runs)]
    assert found == []


def spelt(argument: ast.expr, tree: ast.Module) -> list[ast.expr]:
    """The argument; where it is a name that the file gives to texts, those."""
    if not isinstance(argument, ast.Name):
        return [argument]
    given = (node for node in ast.walk(tree) if isinstance(node, ast.Assign))
    texts = [node.value for node in given if argument.id in map(ast.unparse, node.targets) and is_text(node.value)]
    return texts or [argument]


def is_text(value: ast.expr) -> bool:
    """Whether an expression surely is a text."""
    match value:
        case ast.JoinedStr():
            return True
        case ast.Constant(value=text):
            return isinstance(text, str)
        case ast.BinOp(left=left, right=right):
            return is_text(left) or is_text(right)
        case ast.Call(func=ast.Attribute(value=owner, attr="format" | "join" | "replace" | "format_map")):
            return is_text(owner)
        case _:
            return False


def strangers(argument: ast.expr, *, sure: bool) -> list[str]:
    """The parts of a statement that are no constants of ours; `sure`ly it is spelt, rather than built."""
    if not (sure or is_text(argument)) or of_ours(argument):
        return []
    if not isinstance(argument, ast.JoinedStr):
        return [ast.unparse(argument)]
    parts = [part for part in argument.values if isinstance(part, ast.FormattedValue)]
    return [ast.unparse(part.value) for part in parts if not (of_ours(part.value) or is_number(part))]


def is_number(part: ast.FormattedValue) -> bool:
    """Whether a part can be written as a whole number alone."""
    return part.format_spec is not None and ast.unparse(part.format_spec) in ("f'd'", "'d'")


def of_ours(part: ast.expr) -> bool:
    """Whether a part of a statement is a constant, a name of ours, or a call with constants alone."""
    match part:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name.isupper() or name in OURS
        case ast.IfExp(body=body, orelse=other):
            return of_ours(body) and of_ours(other)
        case ast.Call(func=ast.Name() | ast.Attribute(value=ast.Name()), args=arguments, keywords=[]):
            return bool(arguments) and all(isinstance(each, ast.Constant) for each in arguments)
        case _:
            return False


ASKED = "def ask(connection, typed):\n    "


@pytest.mark.parametrize(
    ("look", "source"),
    [
        (test_nothing_deserialises_objects, "from pickle import loads"),
        (test_nothing_deserialises_objects, "import importlib\nimportlib.import_module('pickle').loads(b'')"),
        (test_nothing_runs_what_it_reads, "from builtins import eval as look\nlook('1')"),
        (test_nothing_runs_what_it_reads, "import os\nos.system('ls')"),
        (test_nothing_runs_what_it_reads, "from os import popen as run\nrun('ls')"),
        (test_nothing_runs_what_it_reads, "import subprocess\nsubprocess.run('ls', shell=True)"),
        (test_yaml_is_read_by_safe_loaders_alone, "from yaml import load\nload('')"),
        (test_yaml_is_read_by_safe_loaders_alone, "from yaml import CLoader"),
        (test_yaml_is_read_by_safe_loaders_alone, "import yaml as y\ny.full_load('')"),
        (
            test_no_statement_is_spelt_from_a_persons_text,
            f"from sqlalchemy import text\n{ASKED}it = f'DELETE {{typed}}'\n    connection.execute(text(it))",
        ),
        (test_no_statement_is_spelt_from_a_persons_text, f"{ASKED}it = 'DROP ' + typed\n    connection.execute(it)"),
        (test_no_statement_is_spelt_from_a_persons_text, f"{ASKED}connection.exec_driver_sql(typed.strip())"),
        (test_no_statement_is_spelt_from_a_persons_text, f"{ASKED}connection.execute('DROP {{}}'.format(typed))"),
        (test_no_statement_is_spelt_from_a_persons_text, f"{ASKED}connection.execute(''.join(['DROP ', typed]))"),
        (test_no_statement_is_spelt_from_a_persons_text, f"{ASKED}connection.execute('DROP %s' % typed)"),
        (
            test_no_statement_is_spelt_from_a_persons_text,
            f"import sqlalchemy as sa\n{ASKED}connection.execute(sa.literal_column(f'{{typed:s}}'))",
        ),
    ],
)
def test_each_of_these_tests_sees_what_it_is_for(
    look: Callable[[], None], source: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "bad.py"
    file.write_text(source, encoding="utf-8")
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    monkeypatch.setitem(globals(), "SOURCES", [file])
    with pytest.raises(AssertionError):
        look()


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


def test_what_builds_the_project_is_installed_from_a_lock_too_for_no_environment_brings_it() -> None:
    folder = ROOT / "tools"
    environment = importlib.util.spec_from_file_location("environment", folder / "environment.py")
    assert environment is not None
    assert environment.loader is not None
    module = importlib.util.module_from_spec(environment)
    environment.loader.exec_module(module)
    entry = module.backend((ROOT / "requirements-dev.lock").read_text(encoding="utf-8"))
    pinned = re.fullmatch(r"setuptools==(\d+)\.\S+( \\\n    --hash=sha256:[0-9a-f]{64})+\n", entry)
    assert pinned is not None, entry
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [needed] = project["build-system"]["requires"]
    assert int(pinned[1]) >= int(needed.removeprefix("setuptools>="))
    with pytest.raises(LookupError, match="make lock"):
        module.backend("wheel==1.0\n")
