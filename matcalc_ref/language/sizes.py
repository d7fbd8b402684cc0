"""Sizes: integer polynomials in named dimensions, such as `n`, `n+1` or `m*n`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

Monomial = tuple[str, ...]  # sorted dimension names, repeated for powers; () is the constant term


@dataclass(frozen=True)
class Size:
    """A number of rows or columns: a polynomial with integer coefficients in named dimensions.

    Dimensions are abstract: `n` is never taken to be 1, and two different names are never taken to be equal.
    Build sizes with `Size.of`; two sizes are equal exactly when their polynomials are.
    """

    terms: tuple[tuple[Monomial, int], ...]

    @staticmethod
    def of(value: Size | int | str) -> Size:
        """A size from an int, a dimension's name, or a polynomial in text such as `n+1` or `m*n`.

        Raises ValueError for anything else.
        """
        if isinstance(value, Size):
            return value
        if isinstance(value, int):
            return _collect([((), value)])
        return _parse(value)

    def __add__(self, other: Size | int) -> Size:
        return _collect([*self.terms, *Size.of(other).terms])

    def __sub__(self, other: Size | int) -> Size:
        return self + Size.of(other) * -1

    def __mul__(self, other: Size | int) -> Size:
        right = Size.of(other)
        return _collect((tuple(sorted(a + b)), p * q) for a, p in self.terms for b, q in right.terms)

    @cached_property
    def names(self) -> frozenset[str]:
        """The dimensions that this size depends on."""
        return frozenset(name for monomial, _ in self.terms for name in monomial)

    @cached_property
    def may_vanish(self) -> bool:
        """Whether it is 0 or less for some dimensions."""
        return not self.terms or any(coefficient < 0 for _, coefficient in self.terms)

    @property
    def number(self) -> int | None:
        """The size as an int where it is a plain number, else None."""
        if not self.terms:
            return 0
        return self.terms[0][1] if self.terms[0][0] == () and len(self.terms) == 1 else None

    def at(self, sizes: Mapping[str, int]) -> int:
        """The size in numbers, for given dimensions."""
        total = 0
        for monomial, coefficient in self.terms:
            for name in monomial:
                coefficient *= sizes[name]
            total += coefficient
        return total

    def replace(self, sizes: Mapping[str, Size]) -> Size:
        """The size with some dimensions replaced by other sizes."""
        if not self.names & sizes.keys():
            return self
        total = Size(())
        for monomial, coefficient in self.terms:
            product = Size.of(coefficient)
            for name in monomial:
                product = product * sizes.get(name, Size((((name,), 1),)))
            total = total + product
        return total

    def __str__(self) -> str:
        if not self.terms:
            return "0"
        ordered = sorted(self.terms, key=lambda term: (-len(term[0]), term[1] < 0, term[0]))
        out = ""
        for monomial, coefficient in ordered:
            sign = "-" if coefficient < 0 else "+"
            factors = [*([str(abs(coefficient))] if abs(coefficient) != 1 or not monomial else []), *monomial]
            out += (sign if out or sign == "-" else "") + "*".join(factors)
        return out

    __repr__ = __str__


def _collect(terms: Iterable[tuple[Monomial, int]]) -> Size:
    sums: dict[Monomial, int] = {}
    for monomial, coefficient in terms:
        sums[monomial] = sums.get(monomial, 0) + coefficient
    return Size(tuple(sorted((m, c) for m, c in sums.items() if c)))


_TERM = re.compile(r"\s*([+-]?)\s*((?:\d+|[^\W\d]\w*)(?:\s*\*\s*(?:\d+|[^\W\d]\w*))*)")


def _parse(text: str) -> Size:
    terms: list[tuple[Monomial, int]] = []
    at = 0
    while at < len(text.rstrip()):
        found = _TERM.match(text, at)
        if not found or (terms and not found[1]):
            raise ValueError(f"{text!r} is not a size: write a number, a name such as n, or n+1, m*n")
        coefficient, names = (-1 if found[1] == "-" else 1), []
        for factor in found[2].split("*"):
            factor = factor.strip()
            if factor.isdigit():
                coefficient *= int(factor)
            else:
                names.append(factor)
        terms.append((tuple(sorted(names)), coefficient))
        at = found.end()
    if not terms:
        raise ValueError("a size is missing: write a number, a name such as n, or n+1, m*n")
    return _collect(terms)


ONE = Size.of(1)
Shape = tuple[Size, Size]  # rows, columns
SCALAR: Shape = (ONE, ONE)


def shape_of(declared: str) -> Shape:
    """The shape that a declaration means: "" a scalar, "n" a column n×1, "m,n" an m×n matrix.

    Raises ValueError where the declaration is none of these.
    """
    parts = [part.strip() for part in declared.split(",")] if declared.strip() else []
    if len(parts) > 2:
        raise ValueError(
            f"{declared!r} is not a shape: write '' (a number), 'n' (a column) or 'm,n' (a matrix)"
        )
    sizes = [Size.of(part) for part in parts]
    return (sizes[0] if sizes else ONE, sizes[1] if len(sizes) == 2 else ONE)


def declared(shape: Shape) -> str:
    """A shape as it would be declared: what `shape_of` reads."""
    rows, columns = map(str, shape)
    return "" if rows == columns == "1" else rows if columns == "1" else f"{rows},{columns}"


def show_shape(shape: Shape, times: str = "×") -> str:
    """A shape for people: `m×n`, `(n+1)×1`."""
    return times.join(f"({size})" if len(size.terms) > 1 else str(size) for size in shape)
