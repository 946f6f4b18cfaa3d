"""C literals, and the only functions that a template may call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt


def c_number(value: Any) -> str:
    """A C literal: an integer, or a float that reads back as the same float32.

    >>> c_number(-128), c_number(0.5), c_number(1e-9), c_number(-2147483648)
    ('-128', '0.5f', '9.99999972e-10f', '(-2147483647 - 1)')
    """
    if isinstance(value, (bool, int, np.integer)):
        return "(-2147483647 - 1)" if int(value) == -(1 << 31) else str(int(value))
    text = f"{float(np.float32(value)):.9g}"
    return f"{text}f" if "." in text or "e" in text else f"{text}.0f"


def c_numbers(values: npt.NDArray[Any]) -> tuple[str, ...]:
    """C literals of all elements, in C order.

    >>> c_numbers(np.array([[1, -2], [3, -2147483648]], np.int32))
    ('1', '-2', '3', '(-2147483647 - 1)')
    """
    flat = values.ravel().tolist()
    plain = values.dtype.kind in "iu" and values.min(initial=0) > -(1 << 31)
    return tuple(map(str if plain else c_number, flat))


def c_array(values: Iterable[str], width: int = 100, indent: int = 4) -> str:
    """Comma-separated values, wrapped.

    >>> print(c_array(["1", "-2", "3"], width=12))
        1, -2,
        3,
    """
    lines, line = [], " " * indent
    for value in values:
        if len(line) + len(value) + 1 > width:
            lines.append(line.rstrip())
            line = " " * indent
        line += f"{value}, "
    return "\n".join([*lines, line.rstrip()])


def c_comment(text: str, most: int = 88) -> str:
    """Text that cannot end or continue a comment, of C or one line long, or leave ASCII.

    Of more than `most` characters the middle is left out, so that the line stays short.

    >>> c_comment("a*/b"), c_comment("a*\\\\b"), c_comment("new\\nline")
    ('a* /b', 'a* /b', 'new?line')
    >>> c_comment("branch/block/activation", most=12)
    'bran...ation'
    """
    line = "".join(c if c.isprintable() else "?" for c in text)
    safe = line.replace("\\", "/").replace("*/", "* /").replace("/*", "/ *")
    # At the end of a line the trigraph ??/ would be a backslash.
    short = safe.encode("ascii", "replace").decode("ascii").replace("??/", "?? /")
    return short if len(short) <= most else f"{short[: most // 2 - 2]}...{short[1 - most // 2 :]}"


FILTERS: dict[str, Callable[..., str]] = {"c_array": c_array}
