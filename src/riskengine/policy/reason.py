"""The sentence of a rule with the customer's own numbers: `{fact}` and `{@parameter}` stand for values."""

from collections.abc import Mapping
from functools import cache
from string import Formatter

from riskengine.terms.errors import InputError
from riskengine.terms.text import Text


def placeholders(template: str) -> tuple[str, ...]:
    """The names in a template, each once.

    Raises InputError if the template cannot be read or asks for more than a name.

    >>> placeholders("{pay_dpd_max} days late, from {@dpd_serious} days we stop")
    ('pay_dpd_max', '@dpd_serious')
    """
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise InputError(f"'{template}' cannot be read: {error}", remedy="write {{ for a brace") from None
    names = []
    for _, name, format_spec, conversion in parts:
        if name is None:
            continue
        if not name.removeprefix("@").isidentifier() or format_spec or conversion:
            raise InputError(f"'{{{name}}}' is not the name of a fact or @parameter", remedy="write {name}, no more")
        names.append(name)
    return tuple(dict.fromkeys(names))


@cache
def facts_named(reason: Text) -> tuple[str, ...]:
    """The facts that a sentence names in either language, each once; parameters are none.

    >>> facts_named(Text("{pay_dpd_max} days, from {@dpd_serious}", "{pay_dpd_max}天，{pay_overdue_amount}"))
    ('pay_dpd_max', 'pay_overdue_amount')
    """
    names = dict.fromkeys((*placeholders(reason.en), *placeholders(reason.zh)))
    return tuple(name for name in names if not name.startswith("@"))


def fill(template: str, words: Mapping[str, str]) -> str:
    """The sentence with each placeholder replaced by its words. Raises KeyError if one is lacking.

    >>> fill("{pay_dpd_max} days late", {"pay_dpd_max": "120"})
    '120 days late'
    """
    return "".join(before + ("" if name is None else words[name]) for before, name, _, _ in Formatter().parse(template))
