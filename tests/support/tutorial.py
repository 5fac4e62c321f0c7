"""A tutorial as a script: its commands, its edits and what it promises of their output.

A comment above a block says what to do with it: `run` (with the exit code, if it is not 0), `create: FILE`,
`append: FILE`, `remove: FILE` or `above-first-heading: FILE`. A `text` block right below a block that is run is its
output, shortened by `...`; numbers and hashes stand for any.
"""

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"^<!-- (?P<verb>[a-z-]+)(?:: (?P<what>[^\n]+?))? -->\n```(?P<kind>\w+)\n(?P<body>.*?)^```\n"
    r"(?:```text\n(?P<output>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
_VARYING = re.compile(r"\b[0-9a-f]{8,64}\b|[+-]?\d[\d,.]*")


@dataclass(frozen=True, slots=True)
class Block:
    line: int
    verb: str
    what: str
    body: str
    output: str | None


Invoke = Callable[[list[str]], tuple[int, str]]  # words after `riskengine` -> exit code, all it said


def blocks_of(text: str) -> Iterator[Block]:
    for found in _BLOCK.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Block(line, found["verb"], found["what"] or "", found["body"], found["output"])


def perform(block: Block, folder: Path, invoke: Invoke) -> str:
    """Do what a block says in a folder; what its commands said."""
    if block.verb == "run":
        return _run(block, folder, invoke)
    path = folder / block.what
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    match block.verb:
        case "create":
            after = block.body
        case "append":
            after = before + block.body
        case "remove":
            after = before.replace(block.body, "")
        case "above-first-heading":
            after = before.replace("\n## ", f"\n{block.body}## ", 1)
        case _:
            raise ValueError(f"line {block.line}: what is '{block.verb}'?")
    assert after != before, f"line {block.line}"
    path.write_text(after, encoding="utf-8")
    return ""


def missing_lines(promised: str, said: str) -> list[str]:
    """Promised lines that are not said, in this order."""
    left = [_masked(line) for line in said.splitlines()]
    missing = []
    for line in promised.splitlines():
        if line.strip() in ("...", ""):
            continue
        wanted = re.compile(re.escape(_masked(line)).replace(re.escape("..."), ".*"))
        place = next((n for n, one in enumerate(left) if wanted.fullmatch(one)), None)
        if place is None:
            missing.append(line)
        else:
            left = left[place + 1 :]
    return missing


def _run(block: Block, folder: Path, invoke: Invoke) -> str:
    said = []
    expected = int(block.what or 0)
    commands = [shlex.split(line, comments=True) for line in block.body.replace("\\\n", " ").splitlines() if line]
    for number, words in enumerate(commands):
        match words:
            case ["riskengine", *rest]:
                code, text = invoke(rest)
                wanted = expected if number == len(commands) - 1 else 0
                assert code == wanted, f"line {block.line}: {' '.join(words)}\n{text}"
                said.append(text)
            case ["cp", "-r", source, target]:
                shutil.copytree(folder / source, folder / target)
            case ["mkdir", "-p", target]:
                (folder / target).mkdir(parents=True, exist_ok=True)
            case _:
                raise ValueError(f"line {block.line}: {words} cannot be run here")
    return "\n".join(said)


def _masked(line: str) -> str:
    return " ".join(_VARYING.sub("#", line).split())
