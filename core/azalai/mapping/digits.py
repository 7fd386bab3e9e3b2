"""Arabic-Indic and Extended Arabic-Indic digits as ASCII digits."""

_ASCII = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def ascii_digits(text: str) -> str:
    """The same text with U+0660-0669 and U+06F0-06F9 written 0-9; all else untouched."""
    return text if text.isascii() else text.translate(_ASCII)
