"""Invented machine readable zones of Utopia, their check digits good, a line each."""

from azalai.mapping.mrz import check_digit


def zone(kind: str, n: int) -> list[str]:
    """The lines of the n-th invented document: TD1, TD2 or TD3."""
    number = f"X{n:08}"
    number += check_digit(number)
    born, ends = f"{70 + n % 29:02}{n % 12 + 1:02}{n % 28 + 1:02}", f"3{n % 9}0{n % 9 + 1}15"
    born, ends, sex = born + check_digit(born), ends + check_digit(ends), "MF<"[n % 3]
    name = f"FICTIF{chr(65 + n % 26)}<<KILO<{'LIMA' if n % 2 else 'MIKE'}"
    if kind == "TD1":
        first = f"I<UTO{number}".ljust(30, "<")
        second = f"{born}{sex}{ends}UTO".ljust(29, "<")
        last = check_digit(first[5:30] + born + ends + second[18:29])
        return [first, second + last, name.ljust(30, "<")]
    width = 44 if kind == "TD3" else 36
    second = f"{number}UTO{born}{sex}{ends}".ljust(width - (2 if kind == "TD3" else 1), "<")
    second += "<" if kind == "TD3" else ""
    last = check_digit(second[:10] + second[13:20] + second[21:])
    return [f"{'P' if kind == 'TD3' else 'I'}<UTO{name}".ljust(width, "<"), second + last]
