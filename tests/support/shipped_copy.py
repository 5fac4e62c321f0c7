"""The shipped policy in a folder of its own, with a small edit."""

import shutil

from support.policy_folder import SHIPPED


def copy_shipped(folder):
    """A copy of the files a policy is read from, without cases."""
    root = folder / "rules"
    shutil.copytree(SHIPPED, root, ignore=shutil.ignore_patterns("published", "schema", "*.test.yaml", "*.md"))
    return root


def edited(folder, *edits):
    """The shipped policy with edits (file, after, old, new): the first `old` that follows `after` becomes `new`."""
    root = copy_shipped(folder)
    for file, after, old, new in edits:
        head, found, tail = (root / file).read_text(encoding="utf-8").partition(after)
        assert found, f"{file} has no {after!r}"
        assert old in tail[:1500], f"no {old!r} follows {after!r} in {file}"
        (root / file).write_text(head + found + tail.replace(old, new, 1), encoding="utf-8")
    return root
