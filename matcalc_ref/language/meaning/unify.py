"""Sizes that are still open while a formula is read, such as those of `I` and `1⃗`."""

from __future__ import annotations

from matcalc_ref.language.scope import Refusal
from matcalc_ref.language.sentences import say
from matcalc_ref.language.sizes import ONE, Shape, Size


class Sizes:
    """Open sizes have names that begin with `?`; `same` solves for them. An open size never becomes 1."""

    def __init__(self) -> None:
        self.known: dict[str, Size] = {}
        self.count = 0

    def fresh(self) -> Size:
        self.count += 1
        if self.count > 40:
            raise Refusal(say("sizes-many"))
        return Size((((f"?{self.count}",), 1),))

    def settle(self, size: Size) -> Size:
        """The size as far as it is known."""
        names = size.names
        if not self.known or not any(name in self.known for name in names):
            return size
        for name in names:
            while name in self.known and any(inner in self.known for inner in self.known[name].names):
                self.known[name] = self.known[name].replace(self.known)  # the next one finds it at once
        return size.replace(self.known)

    def shape(self, shape: Shape) -> Shape:
        return (self.settle(shape[0]), self.settle(shape[1]))

    @staticmethod
    def open_names(size: Size) -> list[str]:
        return sorted(name for name in size.names if name.startswith("?"))

    def same(self, a: Size, b: Size) -> bool:
        """Demand a = b; solves for one open size where that is possible. False where they cannot be equal."""
        a, b = self.settle(a), self.settle(b)
        if a == b:
            return True
        for left, right in ((b, a), (a, b)):
            for name in self.open_names(left):
                coefficient = dict(left.terms).get((name,))
                rest = left - Size((((name,), coefficient or 0),)) if coefficient else left
                if not coefficient or name in rest.names or name in right.names:
                    continue
                difference = right - rest
                if any(c % coefficient for _, c in difference.terms):
                    return False
                value = Size(tuple((names, c // coefficient) for names, c in difference.terms))
                if value == ONE or (value.number is not None and value.number < 1):
                    return False
                self.known[name] = value
                return True
        return False

    def same_shape(self, a: Shape, b: Shape) -> bool:
        return self.same(a[0], b[0]) and self.same(a[1], b[1])

    def show(self, size: Size) -> str:
        """The size for people."""
        size = self.settle(size)
        return "still open" if self.open_names(size) else str(size)

    def could_be_same_shape(self, a: Shape, b: Shape) -> bool:
        return self.could((a[0], b[0]), (a[1], b[1]))

    def could(self, *pairs: tuple[Size, Size]) -> bool:
        """Whether all pairs could be equal together; nothing is solved."""
        before = dict(self.known)
        result = all(self.same(a, b) for a, b in pairs)
        self.known = before
        return result
