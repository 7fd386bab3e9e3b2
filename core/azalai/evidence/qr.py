"""A QR code of a short text (ISO/IEC 18004, byte mode, versions 1 to 6), as text to print."""

from collections.abc import Iterator

Modules = list[list[bool]]
"""Rows of modules, True is dark."""

_VERSIONS = (
    # version, error correction (its two bits), codewords a block: data and correction; blocks
    (1, 0b00, 16, 10, 1), (2, 0b00, 28, 16, 1), (3, 0b00, 44, 26, 1), (4, 0b00, 32, 18, 2),
    (5, 0b00, 43, 24, 2), (6, 0b00, 27, 16, 4), (6, 0b01, 68, 18, 2),
)  # fmt: skip
BYTES_MAX = 134
"""What version 6 takes at the lowest correction."""
QUIET = 4
_MASKS = (
    lambda r, c: (r + c) % 2 == 0, lambda r, _c: r % 2 == 0, lambda _r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0, lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0, lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)  # fmt: skip


def draw(data: bytes) -> str:
    """The code as lines of half blocks, a quiet zone around it. ValueError for too much data."""
    modules = encode(data)
    width = len(modules) + 2 * QUIET
    blank = [[False] * width] * QUIET
    rows = [*blank, *([*[False] * QUIET, *row, *[False] * QUIET] for row in modules), *blank]
    rows += [[False] * width] * (len(rows) % 2)
    marks = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
    lines = (
        "".join(marks[pair] for pair in zip(up, down, strict=True))
        for up, down in zip(rows[::2], rows[1::2], strict=True)
    )
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def encode(data: bytes) -> Modules:
    """The modules of the smallest code that holds the data, with the best of the eight masks."""
    fitting = [v for v in _VERSIONS if len(data) + 2 <= v[2] * v[4]]
    if not fitting:
        raise ValueError(f"more than {BYTES_MAX} bytes")
    version, level, held, correction, blocks = fitting[0]
    words = _codewords(data, held, correction, blocks)
    made = [_masked(version, level, mask, words) for mask in range(len(_MASKS))]
    return min(made, key=_penalty)


def _codewords(data: bytes, held: int, correction: int, blocks: int) -> bytes:
    """Section 7.4 and 7.6: header, data, padding, cut into blocks, corrected, interleaved."""
    bits = int.from_bytes(bytes([0x40 | len(data) >> 4]))
    bits = (bits << 4 | len(data) & 15) << 8 * len(data) | int.from_bytes(data)
    whole = (bits << 4).to_bytes(len(data) + 2)
    whole += (b"\xec\x11" * held * blocks)[: held * blocks - len(whole)]
    parts = [whole[at : at + held] for at in range(0, len(whole), held)]
    ends = [_remainder(part, correction) for part in parts]
    return bytes(part[at] for at in range(held) for part in parts) + bytes(
        end[at] for at in range(correction) for end in ends
    )


def _times(a: int, b: int) -> int:
    """Multiplication in GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    for bit in range(7, -1, -1):
        product = product << 1 ^ (product >> 7) * 0x11D
        product ^= (b >> bit & 1) * a
    return product


def _remainder(data: bytes, degree: int) -> bytes:
    """Reed-Solomon: what is left of the data divided by the generator of this degree."""
    generator, root = [1], 1
    for _ in range(degree):
        longer = [*generator, 0]
        for at, factor in enumerate(generator):
            longer[at + 1] ^= _times(factor, root)
        generator, root = longer, _times(root, 2)
    left = [0] * degree
    for byte in data:
        factor = byte ^ left.pop(0)
        left.append(0)
        left = [one ^ _times(part, factor) for one, part in zip(left, generator[1:], strict=True)]
    return bytes(left)


def _patterns(version: int) -> dict[tuple[int, int], bool]:
    """Section 6.3: what every code of a version has, by (row, column); format places are held."""
    size = 17 + 4 * version
    fixed = {(6, at): at % 2 == 0 for at in range(size)} | {
        (at, 6): at % 2 == 0 for at in range(size)
    }
    if version > 1:
        fixed |= _square(size - 7, size - 7, 2, size)
    for row, column in ((3, 3), (3, size - 4), (size - 4, 3)):
        fixed |= _square(row, column, 4, size)
    for at in range(9):
        for place in ((8, at), (at, 8)):
            fixed.setdefault(place, False)
    for at in range(8):
        fixed[8, size - 1 - at] = fixed[size - 1 - at, 8] = False
    return fixed | {(size - 8, 8): True}


def _square(row: int, column: int, reach: int, size: int) -> dict[tuple[int, int], bool]:
    """Rings around a place: a finder (reach 4, its separator counted) or an alignment pattern."""
    light = (2, 4) if reach == 4 else (1,)
    return {
        (r, c): max(abs(r - row), abs(c - column)) not in light
        for r in range(max(0, row - reach), min(size, row + reach + 1))
        for c in range(max(0, column - reach), min(size, column + reach + 1))
    }


def _path(size: int) -> Iterator[tuple[int, int]]:
    """Section 7.7.3: two columns at a time from the right, up and down, the timing left out."""
    up = True
    for right in [*range(size - 1, 6, -2), 5, 3, 1]:
        for row in reversed(range(size)) if up else range(size):
            yield from ((row, right), (row, right - 1))
        up = not up


def _masked(version: int, level: int, mask: int, words: bytes) -> Modules:
    fixed, size = _patterns(version), 17 + 4 * version
    modules = [[fixed.get((r, c), False) for c in range(size)] for r in range(size)]
    free = (place for place in _path(size) if place not in fixed)
    for number, (row, column) in enumerate(free):
        byte, bit = divmod(number, 8)
        dark = byte < len(words) and words[byte] >> 7 - bit & 1 == 1
        modules[row][column] = dark != _MASKS[mask](row, column)
    for number, dark in enumerate(_format(level << 3 | mask)):
        for row, column in _format_places(number, size):
            modules[row][column] = dark
    return modules


def _format(facts: int) -> list[bool]:
    """Section 7.9: five bits, ten of BCH, masked; the most significant first."""
    left = facts << 10
    for bit in range(14, 9, -1):
        left ^= (left >> bit & 1) * (0x537 << bit - 10)
    word = (facts << 10 | left) ^ 0x5412
    return [word >> bit & 1 == 1 for bit in range(14, -1, -1)]


def _format_places(number: int, size: int) -> tuple[tuple[int, int], tuple[int, int]]:
    around = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    apart = [(size - 1 - at, 8) for at in range(7)] + [(8, size - 8 + at) for at in range(8)]
    return around[number], apart[number]


def _penalty(modules: Modules) -> int:
    """Section 7.8.3: runs, blocks, what looks like a finder, and too much of one colour."""
    total = 0
    for lines in (modules, [list(column) for column in zip(*modules, strict=True)]):
        for line in lines:
            text = "".join("#" if dark else "." for dark in line)
            runs = text.replace("#.", "# .").replace(".#", ". #").split(" ")
            total += sum(len(run) - 2 for run in runs if len(run) >= 5)
            total += 40 * (text.count("#.###.#....") + text.count("....#.###.#"))
    size = len(modules)
    for r in range(size - 1):
        for c in range(size - 1):
            four = modules[r][c : c + 2] + modules[r + 1][c : c + 2]
            total += 3 * (all(four) or not any(four))
    dark = sum(map(sum, modules))
    return total + 10 * (abs(20 * dark - 10 * size * size) // (size * size))
