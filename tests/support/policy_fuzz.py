"""Random edits of the shipped policy, and what may never come of them: a traceback, a hang, a silent acceptance of
something the schema forbids."""

import random
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType

from riskengine.policy import reading
from riskengine.policy.checks.cases import check_cases
from riskengine.policy.checks.every import SOUND
from riskengine.policy.schema import kind_of
from riskengine.policy.source import examine
from riskengine.tables.yaml_file import YamlDocument, load_yaml, parse_yaml
from riskengine.terms.errors import RiskEngineError
from support.policy_folder import SHIPPED
from support.schemas import as_json, why_not

SECONDS = 20
_TOP = ("policy", "parameters", "segments", "master_scale", "limits", "terms", "exceptions", "invariants")
_SCALARS = (
    *(
        "",
        "~",
        "null",
        "true",
        "no",
        "NO",
        "on",
        "010",
        "1e-4",
        "1e999",
        "-1",
        "0",
        "0.1",
        "1_000",
        "1,000",
        "0x1F",
        ".nan",
    ),
    *(
        ".inf",
        "2024-02-30",
        "2024-1-1",
        "2024-01-01",
        "99999999999999999999",
        "9" * 400,
        "'",
        '"',
        "@",
        "@nobody",
        "{",
        "[",
    ),
    *(
        "&a",
        "*a",
        "!!str x",
        "<<",
        "|",
        ">",
        "%",
        "`",
        "\u202e",
        "\ufeff",
        "\u00a0",
        "😀",
        "华东",
        "x" * 5000,
        "\t",
        "\x00",
    ),
    *(
        "{@value}",
        "{0}",
        "{}",
        "all",
        "not",
        "refer",
        "hit",
        "pay_dpd_max > 3",
        "cus_country == 'NO'",
        "grade is missing",
    ),
)
_KEYS = (
    "when",
    "then",
    "id",
    "rules",
    "tables",
    "value",
    "from",
    "until",
    "segment",
    "policy",
    "facts",
    "expect",
    "draft",
)


@dataclass(frozen=True)
class Edit:
    number: int
    file: str
    text: str


@dataclass(frozen=True)
class Fault:
    edit: Edit
    what: str


def edits(seed: int, count: int) -> Iterator[Edit]:
    """Each edit depends only on the seed and its number."""
    files = tuple(sorted(p for p in SHIPPED.rglob("*.yaml") if p.parent == SHIPPED or p.parent.name in _stages()))
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        path = chance.choice(files)
        text = path.read_text(encoding="utf-8")
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            text = chance.choice(_EDITS)(text, chance)
        yield Edit(number, path.relative_to(SHIPPED).as_posix(), text)


def try_edit(edit: Edit, folder: Path) -> Fault | None:
    """Read a policy with the edited file, and judge what comes of it. `folder` is empty or from an earlier edit."""
    root = folder / "rules"
    _lay_out(root, edit)
    try:
        with _deadline():
            source, findings = examine(root, checks=(*SOUND, check_cases))
            if not findings:
                source.in_force(source.draft.dates()[-1])
    except RiskEngineError:
        return None
    except TimeoutError:
        return Fault(edit, f"not done after {SECONDS} seconds")
    except Exception as error:  # noqa: BLE001 - any other error is what is looked for
        return Fault(edit, f"{type(error).__name__}: {error}"[:300])
    if findings:
        return None
    refused = why_not(kind_of(edit.file), as_json(parse_yaml(edit.text.removeprefix("\ufeff"), where=edit.file).data))
    return Fault(edit, f"accepted, though the schema says {refused[0]}"[:600]) if refused else None


def _lay_out(root: Path, edit: Edit) -> None:
    """The edited file with all that stands in the folder itself, and its rules or cases: what can go wrong with it."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for name in _TOP:
        if (SHIPPED / f"{name}.yaml").exists():
            shutil.copy(SHIPPED / f"{name}.yaml", root)
    target = root / edit.file
    target.parent.mkdir(exist_ok=True)
    if edit.file.endswith(".test.yaml"):
        rules = edit.file.replace(".test.yaml", ".yaml")
        shutil.copy(SHIPPED / rules, root / rules)
    target.write_bytes(edit.text.encode("utf-8", "surrogatepass"))


class _deadline:  # noqa: N801 - reads as a statement
    def __enter__(self) -> None:
        signal.signal(signal.SIGALRM, _stop)
        signal.alarm(SECONDS)

    def __exit__(self, *_: object) -> None:
        signal.alarm(0)


def _stop(number: int, frame: FrameType | None) -> None:
    raise TimeoutError


@cache
def _parsed(text: str) -> YamlDocument:
    return parse_yaml(text, where="cached")


def cached_loader() -> Callable[[Path], YamlDocument]:
    """Reads YAML as `load_yaml` does, the unchanged files of the policy only once: many edits take minutes."""
    whole = {path.read_bytes() for path in SHIPPED.glob("*.yaml")}

    def load(path: Path) -> YamlDocument:
        content = path.read_bytes()
        return _parsed(content.decode("utf-8-sig")) if content in whole else load_yaml(path)

    return load


def _stages() -> tuple[str, ...]:
    return tuple(reading.STAGE_FOLDERS)


def _line(text: str, chance: random.Random) -> tuple[list[str], int]:
    lines = text.split("\n")
    return lines, chance.randrange(len(lines))


def _delete_lines(text: str, chance: random.Random) -> str:
    lines, place = _line(text, chance)
    del lines[place : place + chance.choice((1, 1, 2, 5))]
    return "\n".join(lines)


def _repeat_line(text: str, chance: random.Random) -> str:
    lines, place = _line(text, chance)
    lines.insert(chance.randrange(len(lines) + 1), lines[place])
    return "\n".join(lines)


def _swap_lines(text: str, chance: random.Random) -> str:
    lines, place = _line(text, chance)
    other = min(len(lines) - 1, place + chance.choice((1, 1, 2, 9)))
    lines[place], lines[other] = lines[other], lines[place]
    return "\n".join(lines)


def _indent_line(text: str, chance: random.Random) -> str:
    lines, place = _line(text, chance)
    lines[place] = (
        chance.choice((" ", "  ", "\t", "- ")) + lines[place] if chance.random() < 0.6 else lines[place].lstrip()
    )
    return "\n".join(lines)


def _change_word(text: str, chance: random.Random) -> str:
    """A scalar, or a part of one, becomes another."""
    found = list(re.finditer(r"[\w.@'-]+", text))
    if not found:
        return text
    word = chance.choice(found)
    return text[: word.start()] + chance.choice(_SCALARS) + text[word.end() :]


def _change_number(text: str, chance: random.Random) -> str:
    found = list(re.finditer(r"\d+(\.\d+)?", text))
    if not found:
        return text
    word = chance.choice(found)
    other = chance.choice(
        ("0", "-5", "1e6", "0.5", "3.7", "9" * 30, "1e308", "1e-320", "100", "'7'", "true", "[1]", "{a: 1}")
    )
    return text[: word.start()] + other + text[word.end() :]


def _change_key(text: str, chance: random.Random) -> str:
    found = list(re.finditer(r"[\w]+(?=:)", text))
    if not found:
        return text
    word = chance.choice(found)
    other = chance.choice(
        (*_KEYS, chance.choice(found)[0], word[0] + "x", "'" + word[0] + "'", "? " + word[0], "1", "null")
    )
    return text[: word.start()] + other + text[word.end() :]


def _change_character(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text)) if text else 0
    return text[:place] + chance.choice((*"{}[]:,#&*!|>'\"%@`-?\n\t ", "\u2028", "\x07", "é", "")) + text[place + 1 :]


def _cut_off(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _nest(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text) + 1)
    depth = chance.choice((3, 60, 2000))
    return text[:place] + chance.choice(("[", "{a: ", "{all: [", "- ")) * depth + text[place:]


_EDITS = (
    *(
        _delete_lines,
        _repeat_line,
        _swap_lines,
        _indent_line,
        _change_word,
        _change_word,
        _change_number,
        _change_number,
    ),
    *(_change_key, _change_key, _change_character, _cut_off, _nest),
)
