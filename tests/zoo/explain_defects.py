"""Renders `defects.json`: the defects of the zoo with their code, for `--llm-explain`; as a script, it prints them."""

import ast
import inspect
import json
import re
import sys
import textwrap
from functools import cache
from types import ModuleType
from typing import Any

from llm_conformance.catalogue.catalogue import CHECKS
from llm_zoo import DEFECTS

_REPORT = re.compile(r"([\w.-]+/[\w.-]+)#(\d+)")


def render() -> str:
    """The defects by id: `story`, `checks` that catch it (with their families), `reports` (addresses) and `code`."""
    rows = {
        defect.id: {
            "story": defect.story,
            "checks": sorted({key for name in defect.caught_by for key in (name, CHECKS[name].family)}),
            "reports": [
                f"https://github.com/{repo}/issues/{number}" for repo, number in _REPORT.findall(defect.citation)
            ],
            "code": code(model),
        }
        for model, defect in DEFECTS.items()
    }
    return json.dumps(rows, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def code(model: type[Any]) -> list[str]:
    """The source of the class without its decorator, after what it uses of its module."""
    module = sys.modules[model.__module__]
    known = _definitions(module)
    wanted, queue = {model.__name__}, [model.__name__]
    while queue:
        for node in ast.walk(known[queue.pop()]):
            if isinstance(node, ast.Name) and node.id in known and node.id not in wanted:
                wanted.add(node.id)
                queue.append(node.id)
    return "\n\n".join(_without_decorator(module, known[name]) for name in known if name in wanted).splitlines()


@cache
def _definitions(module: ModuleType) -> dict[str, ast.stmt]:
    """What the module defines, by name, in the order of its source."""
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node
    return found


def _without_decorator(module: ModuleType, node: ast.stmt) -> str:
    lines = inspect.getsource(module).splitlines()
    return textwrap.dedent("\n".join(lines[node.lineno - 1 : node.end_lineno]))


if __name__ == "__main__":
    sys.stdout.write(render())
