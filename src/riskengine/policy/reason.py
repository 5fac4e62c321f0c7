"""The sentence of a rule with the customer's own numbers: `{fact}` and `{@parameter}` stand for values.

`{fact:day|days}` stands for a number of something, with the form that fits it.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from string import Formatter

from riskengine.terms.errors import InputError
from riskengine.terms.text import Text

_FORMS = re.compile(r"[^{}|]+\|[^{}|]+")
_ONE = ("1", "-1")


@cache
def placeholders(template: str) -> tuple[str, ...]:
    """The names in a template, each once.

    Raises InputError if the template cannot be read or asks for more than a name and its forms.

    >>> placeholders("{pay_dpd_max:day|days} late, from {@dpd_serious} days we stop")
    ('pay_dpd_max', '@dpd_serious')
    """
    return tuple(dict.fromkeys(name for name, _ in _named(template)))


def counted(template: str) -> tuple[str, ...]:
    """The names in a template that stand for a number of something, each once. Raises as `placeholders`.

    >>> counted("{pay_dpd_max:day|days} late, {pay_overdue_amount} is overdue")
    ('pay_dpd_max',)
    """
    return tuple(dict.fromkeys(name for name, forms in _named(template) if forms))


def _named(template: str) -> Iterator[tuple[str, str]]:
    """Names and the forms they ask for, '' for none."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise InputError(f"'{template}' cannot be read: {error}", remedy="write {{ for a brace") from None
    for _, name, forms, conversion in parts:
        if name is None:
            continue
        if not name.removeprefix("@").isidentifier() or conversion:
            raise InputError(f"'{{{name}}}' is not the name of a fact or @parameter", remedy="write {name}, no more")
        if forms and _FORMS.fullmatch(forms) is None:
            what = f"'{forms}' in '{{{name}:{forms}}}' is not two forms of a word"
            raise InputError(what, remedy="write {name}, or {name:day|days} for what stands after 1 and after others")
        yield name, forms or ""


@cache
def facts_named(reason: Text) -> tuple[str, ...]:
    """The facts that a sentence names in either language, each once; parameters are none.

    >>> facts_named(Text("{pay_dpd_max} days, from {@dpd_serious}", "{pay_dpd_max}天，{pay_overdue_amount}"))
    ('pay_dpd_max', 'pay_overdue_amount')
    """
    names = dict.fromkeys((*placeholders(reason.en), *placeholders(reason.zh)))
    return tuple(name for name in names if not name.startswith("@"))


def fill(template: str, words: Mapping[str, str]) -> str:
    """The sentence with each placeholder replaced by its words, and what is counted in the form that fits.

    Words without a digit say that the number is not known. Raises KeyError if words are lacking.

    >>> template = "{pay_dpd_max:day|days} late"
    >>> [fill(template, {"pay_dpd_max": number}) for number in ("120", "1", "1.5", "not known")]
    ['120 days late', '1 day late', '1.5 days late', 'an unknown number of days late']
    """
    return "".join(
        before + ("" if name is None else _counted(words[name], forms) if forms else words[name])
        for before, name, forms, _ in Formatter().parse(template)
    )


def _counted(number: str, forms: str) -> str:
    one, many = forms.split("|")
    if not any(character.isdigit() for character in number):
        return f"an unknown number of {many}"
    return f"{number} {one if number in _ONE else many}"
