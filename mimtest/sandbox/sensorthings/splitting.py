"""Lists in query options: cut at a sign that stands outside of parentheses and texts."""


def split(text: str, sign: str) -> list[str]:
    """The parts between the signs."""
    parts, depth, quoted = [""], 0, False
    for char in text:
        if char == "'":
            quoted = not quoted
        elif not quoted:
            depth += {"(": 1, ")": -1}.get(char, 0)
        if char == sign and not quoted and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts
