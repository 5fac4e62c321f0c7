"""Numbers as people read them, in English and Chinese. Missing is a dash, never a zero."""

from datetime import date

from riskengine.terms.text import Language, Text

MISSING = "\N{EN DASH}"
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_STEPS: dict[Language, tuple[tuple[float, str], ...]] = {
    "en": ((1e9, "bn"), (1e6, "m"), (1e3, "k")),
    "zh": ((1e8, "亿"), (1e4, "万")),
}


def short_amount(amount: float | None, language: Language) -> str:
    """An amount as it is said: three significant digits in English, up to two decimals in Chinese.

    >>> short_amount(1234567.0, "en"), short_amount(1234567.0, "zh"), short_amount(-20.4, "en")
    ('1.23m', '123.46万', '-20')
    >>> short_amount(30e6, "en"), short_amount(999_999.0, "en"), short_amount(100e6, "zh")
    ('30m', '1m', '1亿')
    """
    if amount is None:
        return MISSING
    rounded = float(f"{amount:.3g}") if language == "en" else amount
    for step, sign in _STEPS[language]:
        if abs(rounded) >= step:
            decimals = 2 if language == "zh" or abs(rounded) < 10 * step else 1
            shown = f"{rounded / step:.{decimals}f}"
            return (shown.rstrip("0").rstrip(".") if "." in shown else shown) + sign
    return f"{rounded:.0f}"


def whole(number: float | None) -> str:
    """
    >>> whole(1234567.4)
    '1,234,567'
    """
    return MISSING if number is None else f"{number:,.0f}"


def counted(number: int, one: str, many: str) -> str:
    """A number of something, in English.

    >>> counted(1, "day", "days"), counted(1500, "day", "days")
    ('1 day', '1,500 days')
    """
    return f"{whole(number)} {one if number == 1 else many}"


def percent(ratio: float | None, digits: int = 1) -> str:
    """
    >>> percent(0.1234), percent(None)
    ('12.3%', '–')
    """
    return MISSING if ratio is None else f"{100 * ratio:.{digits}f}%"


def decimal(number: float | None, digits: int = 1) -> str:
    """
    >>> decimal(73.714, 2)
    '73.71'
    """
    return MISSING if number is None else f"{number:,.{digits}f}"


def day_text(day: date) -> Text:
    """
    >>> day_text(date(2024, 6, 30))
    Text(en='30 June 2024', zh='2024年6月30日')
    """
    return Text(f"{day.day} {_MONTHS[day.month - 1]} {day.year}", f"{day.year}年{day.month}月{day.day}日")


def amount_text(amount: float | None, currency: str) -> Text:
    """
    >>> amount_text(1234567.0, "CNY")
    Text(en='CNY 1.23m', zh='123.46万 CNY')
    """
    if amount is None:
        return Text(MISSING, MISSING)
    return Text(f"{currency} {short_amount(amount, 'en')}", f"{short_amount(amount, 'zh')} {currency}")
