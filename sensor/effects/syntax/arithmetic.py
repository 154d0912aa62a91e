"""Constant arithmetic of `$(( ))`: whole numbers, brackets and the four operations."""

from __future__ import annotations

import ast
import re

MAX_LENGTH = 60
MAX_NUMBER = 1 << 63
_ALLOWED = re.compile(r"[0-9+\-*/%() \t]+")


def calculate(text: str) -> int | None:
    """The value, None when `text` is not constant, not whole-number arithmetic, or out of range."""
    text = text.strip()
    if len(text) > MAX_LENGTH or re.search(r"(?:^|\D)0\d", text):
        return None  # too long, or octal
    if text.isdigit() and len(text) < 19:
        return int(text)
    if not _ALLOWED.fullmatch(text) or "**" in text or "//" in text:
        return None
    try:
        return _value(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError, MemoryError):
        return None


def _value(node: ast.expr) -> int:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        result = node.value
    elif isinstance(node, ast.UnaryOp):
        result = -_value(node.operand) if isinstance(node.op, ast.USub) else _value(node.operand)
    elif isinstance(node, ast.BinOp):
        left, right = _value(node.left), _value(node.right)
        if isinstance(node.op, ast.Mult):
            result = left * right
        elif isinstance(node.op, ast.Add):
            result = left + right
        elif isinstance(node.op, ast.Sub):
            result = left - right
        else:
            quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
            result = quotient if isinstance(node.op, ast.Div) else left - quotient * right
    else:
        raise ValueError("not arithmetic")
    if abs(result) > MAX_NUMBER:
        raise ValueError("out of range")
    return result
