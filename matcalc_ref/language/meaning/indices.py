"""Entries, samples, sums over an index, and answers given by their entries. Indices count from 1."""

from __future__ import annotations

import re

from matcalc_ref.language.meaning.context import Context, Operand
from matcalc_ref.language.operations import UNIT, counted, number
from matcalc_ref.language.scope import canonical
from matcalc_ref.language.sizes import ONE, SCALAR, Shape, Size, show_shape
from matcalc_ref.language.syntax import tails
from matcalc_ref.language.syntax.surface import Piece
from matcalc_ref.language.syntax.tokens import INDICES, Name
from matcalc_ref.language.tree import (
    Apply,
    ByEntries,
    Count,
    Entry,
    Fill,
    Index,
    IndexedSum,
    Node,
    Number,
    is_integer,
    is_op,
)

Place = Node | None  # an index, or None for a whole row or column

_PAIRS = {first + second for first in INDICES for second in INDICES if first != second}


def subscript(m: Context, piece: Piece) -> Node:
    """`x_i`, `A_{ij}`, `s_{i+k}`, `A_{i,:}`, `I_n`, `1_{z>0}`, `δ_{ij}`."""
    base = piece.parts[0]
    name: Name | None = base.value if base.kind == "name" else None
    identity = name and name.category == "identity"
    if identity or base.kind == "fill" or base.kind == "num" and base.value in (0, 1):
        return _sized(m, piece, base)
    if name and name.category == "unknown":
        if canonical(name.written) == "delta":
            return _delta(m, piece)
        raise m.unknown(name.written, base)
    if name and name.key in m.scope.samples and (name.category == "sample" or _count(piece) == 1):
        matrix = m.scope.variable(m.scope.samples[name.key])
        places = places_of(m, piece, 1)
        if len(places) != 1 or places[0] is None:
            raise m.fail("sample-one", piece, name=name.written)
        _note(m, places[0], matrix.shape[0], piece)
        return m.make("transpose", Entry(matrix, places[0], None))
    if base.kind == "group" and piece.value in _PAIRS:  # (x_i w_j)_{ij}, the matrix with these entries
        node, free = with_free(m, base)
        if m.scalar(node) and set(free) == set(piece.value):
            return by_entries(m, list(piece.value), base, None)
    node = m.node(base)
    return entry(m, node, places_of(m, piece, 1 if ONE in m.shape(node) else 2), piece)


def _delta(m: Context, piece: Piece) -> Node:
    """`δ_{ij}`, or the entry `I_{ij}` of the identity."""
    places = places_of(m, piece, 2)
    if len(places) != 2 or None in places:
        raise m.unknown(m.said(piece.parts[0]), piece.parts[0])
    if isinstance(places[0], Index) and isinstance(places[1], Index):
        m.ties.append((places[0].name, places[1].name))
    return m.make("eq", *places)  # type: ignore[arg-type]


def entry(m: Context, node: Node, places: list[Place], piece: Piece) -> Node:
    """The entry, row or column of `node` at `places`."""
    shape = m.shape(node)
    said = m.said(piece.parts[0])
    if shape == SCALAR:
        raise m.fail("number-entries", piece, said=said)
    if ONE in shape:
        column = shape[1] == ONE
        if len(places) == 2 and places[1 if column else 0] == UNIT:  # x_{i,1}
            places = [places[0 if column else 1]]
        if len(places) != 1 or places[0] is None:
            raise m.fail("vector-one-index", piece, said=said)
        _note(m, places[0], shape[0 if column else 1], piece)
        return Entry(node, places[0], None) if column else Entry(node, None, places[0])
    if len(places) == 1:
        place = places[0]
        written = m.said(piece)[len(said) :].lstrip("_").strip("{}[]")
        written = str(place.value) if isinstance(place, Number) else written
        choices = (f"{said}_{{{written},:}}", f"{said}_{{:,{written}}}")
        raise m.fail("matrix-one-index", piece, choices=choices, said=said)
    if len(places) != 2 or places == [None, None]:
        raise m.fail("matrix-indices", piece, said=said)
    for place, size in zip(places, shape, strict=True):
        if place is not None:
            _note(m, place, size, piece)
    return Entry(node, places[0], places[1])


def _count(piece: Piece) -> int:
    return len(piece.value) if piece.value and not piece.value.isdecimal() else max(1, len(piece.parts) - 1)


def _note(m: Context, place: Node, size: Size, piece: Piece) -> None:
    """Remember what an index runs over; refuse a place outside the array."""
    if isinstance(place, Index):
        m.uses.setdefault(place.name, []).append(size)
        m.seen.setdefault(place.name, []).append(size)
    elif (at := as_size(place)) is not None:
        if at.number is not None and at.number < 1:
            raise m.fail("entry-zero", piece)
        if ((at - size).number or 0) > 0:
            raise m.fail("entry-beyond", piece, said=m.said(piece), count=size)


def places_of(m: Context, piece: Piece, wanted: int) -> list[Place]:
    """The indices of a subscript. Raw letters such as `ij` and `12` are taken apart where two are wanted."""
    if piece.value is None:
        if len(piece.parts) == 2 and len(_by_sizes(m, piece.parts[1:])) == 2:
            shape = m.said(piece)[len(m.said(piece.parts[0])) :].lstrip("_")
            raise m.fail("shape-beside", piece, choices=(m.said(piece.parts[0]),), shape=shape)
        places = [None if p.kind == "colon" else m.node(p) for p in piece.parts[1:]]
        for place, part in zip(places, piece.parts[1:], strict=True):
            if place is not None and not is_index(place):
                raise m.fail("index-bad", part, said=m.said(part))
        return places
    raw = piece.value
    if raw.isdecimal():
        if wanted == 1 or len(raw) == 1:
            return [number(int(raw))]
        if len(raw) == 2:
            return [number(int(c)) for c in raw]
        raise m.fail("index-comma", piece, said=m.said(piece))
    if raw in m.scope.dimensions:
        return [Count(Size.of(raw))]
    places = []
    for word in re.findall(r"\d+|[^\W\d]", raw):
        if word.isdecimal():
            places.append(number(int(word)))
        elif word in m.bound or word in INDICES:
            if word not in m.bound:
                m.uses.setdefault(word, [])
            places.append(Index(word))
        elif word in m.scope.dimensions:
            places.append(Count(Size.of(word)))
        else:
            raise m.fail("index-letters", piece, index=raw)
    return places


def is_index(node: Node) -> bool:
    if isinstance(node, Apply):
        return node.operation in ("add", "mul") and all(is_index(a) for a in node.arguments)
    return isinstance(node, (Index, Count)) or is_integer(node)


def _sized(m: Context, piece: Piece, base: Piece) -> Node:
    """`I_n`, `1_n`, `0_{m}`, and the indicator `1_{z>0}`."""
    if piece.value is None:
        test = piece.parts[1].without("group", "indicator")
        if len(piece.parts) == 2 and test.is_condition:
            return m.node(test)
        if base.kind == "name" and all(p.kind == "name" and p.value.key in INDICES for p in piece.parts[1:]):
            return _delta(m, piece)
        sizes = [size(m, p) for p in _by_sizes(m, piece.parts[1:])]
    elif piece.value.isdecimal() and int(piece.value):
        sizes = [Size.of(int(piece.value))]
    elif piece.value in m.scope.dimensions:
        sizes = [Size.of(piece.value)]
    elif {*piece.value.split("x")} <= m.scope.dimensions and piece.value.count("x") == 1:  # I_{nxn}
        sizes = [*map(Size.of, piece.value.split("x"))]
    elif base.kind == "name" and len(piece.value) == 2 and set(piece.value) <= INDICES:
        return _delta(m, piece)
    else:
        raise m.fail("fill-size", piece, size=piece.value)
    if base.kind == "name":
        return filled("eye", sizes)
    return filled(base.value if base.kind == "fill" else "ones" if base.value == 1 else "zeros", sizes)


def filled(kind: str, sizes: list[Size]) -> Fill:
    """Ones or zeros of one size or two, or the identity."""
    return Fill(kind, (sizes[0], sizes[-1] if kind == "eye" else [*sizes, ONE][1]))


def item(m: Context, piece: Piece) -> Node:
    """`x[0]` counts from 0 where some index of the text is 0; else it is asked back."""
    base = m.node(piece.parts[0])
    places: list[Place] = []
    said = m.said(piece.parts[0])
    row = piece.extra.get("row")
    if row is not None and m.scalar(base):
        zeros = all(p.kind == "num" and p.value == 0 for p in row.parts)
        if zeros and len(row.parts) == 2 and m.arrays:
            return base  # (x.T @ w)[0, 0], the number in a 1×1 array
        if zeros or len(row.parts) == 1:
            raise m.fail("number-entries", piece, said=said)
        return m.node(Piece("run", None, [piece.parts[0], row], piece.start, piece.end))
    written = [m.said(p).strip("[] ") for p in piece.parts[1:]]
    if {"None", "newaxis", "np.newaxis"} & {*written}:  # x[:, None], a column as it is
        if piece.parts[0].kind != "name" or ":" not in written or m.shape(base)[1] != ONE or m.scalar(base):
            raise m.fail("reshape", piece)
        return base if written[0] == ":" else m.make("transpose", base)
    for part in piece.parts[1:]:
        place = None if part.kind == "colon" else m.node(part)
        if place is None:
            places.append(None)
        elif isinstance(place, Number) and place.value == -1:
            row = len(piece.parts) == 2 and m.shape(base)[0] == ONE
            size = m.shape(base)[1 if row else len(places)]
            last = (f"{said}_{{{size}}}",) if len(piece.parts) == 2 else ()
            raise m.fail("entry-zero", piece, choices=last)
        elif is_integer(place):
            if not m.zero_based:
                later = [str(int(w) + 1) if w.isdecimal() else w for w in written]
                both = (later, written) if "0" not in written else (later,)
                spellings = tuple(f"{said}_{{{','.join(words)}}}" for words in both)
                raise m.fail("item-base", piece, choices=spellings, said=m.said(piece))
            places.append(Number(place.value + 1))
        elif isinstance(place, Index):
            places.append(m.make("add", place, UNIT) if m.zero_based else place)
        else:
            raise m.fail("item-index", piece, said=said)
    return entry(m, base, places, piece)


def _by_sizes(m: Context, pieces: list[Piece]) -> list[Piece]:
    """The pieces of `m×n`, which is two sizes here and no product."""
    (first, *rest), said = pieces, m.said(pieces[0])
    crossed = first.kind == "chain" and len(first.parts) == 2 and re.search(r"×|\\times", said)
    crossed = crossed or first.kind == "run" and re.fullmatch(r"\w+ x \w+", said)
    return [first.parts[0], first.parts[-1]] if crossed and not rest else pieces


def size(m: Context, piece: Piece) -> Size:
    """A piece as a size, such as `n`, `3`, `m*n`, `n+1`, `len(x)`."""
    node = m.node(piece)
    found = as_size(node)
    if found is None or (found.number is not None and not 1 <= found.number <= 1000):
        known = ", ".join(sorted(m.scope.dimensions)) or "a number"
        raise m.fail("no-size", piece, said=m.said(piece), known=known)
    return found


def as_size(node: Node) -> Size | None:
    """An integer formula in dimensions as a size."""
    if isinstance(node, Count):
        return node.size
    if is_integer(node) and abs(node.value) < 10**6:
        return Size.of(int(node.value))
    if is_op(node, "add", "mul"):
        total = Size.of(0 if node.operation == "add" else 1)
        for argument in node.arguments:
            part = as_size(argument)
            if part is None:
                return None
            total = total + part if node.operation == "add" else total * part
        return total if all(len(t[0]) <= 4 and abs(t[1]) < 10**6 for t in total.terms) else None
    return None


# binding


def with_free(m: Context, piece: Piece) -> tuple[Node, dict[str, list[Size]]]:
    """The tree of a piece, with the indices that it newly left free (they are not passed on to `m.uses`)."""
    outer, m.uses = m.uses, {}
    node = m.node(piece)
    mine, m.uses = m.uses, outer
    free = {}
    for name, sizes in mine.items():
        if name in m.bound:
            m.note({name: sizes})
        else:
            free[name] = sizes
    return node, free


def run_over(m: Context, name: str, sizes: list[Size], piece: Piece, example: str) -> Size:
    """The one dimension that an index runs over, from the arrays that it is an index of."""
    first: Size | None = None
    tied = [b if a == name else a for a, b in m.ties if name in (a, b)]
    for found in sizes or [size for other in tied for size in m.seen.get(other, [])]:
        if first is None:
            first = found
        elif not m.sizes.same(first, found):
            raise m.fail("index-two-sizes", piece, index=name, first=first, second=found)
    if first is None:
        raise m.fail("index-range", piece, index=name, example=example)
    return m.sizes.settle(first)


def refuse_zero(m: Context, low: Node, entries: bool, piece: Piece) -> None:
    """Refuses a sum from 0 over an index that counts entries."""
    if entries and isinstance(low, Number) and low.value < 1:
        raise m.fail("entry-zero", piece)


def big_sum(m: Context, piece: Piece) -> Node:
    """`Σ_i …`, with bounds or over the index's own dimension, with or without a condition."""
    body, extra = piece.parts[0], piece.extra
    if extra.get("word") == "active":
        raise m.fail("samples-active", piece)
    names = extra["indices"]
    if not names:
        node, free = with_free(m, body)
        if len(free) != 1:
            said = m.said(body)
            if free:
                raise m.fail("sum-over-what", piece, choices=(f"Σ_i {said}",))
            raise m.fail("sum-no-index", piece, choices=(f"sum({said})",), said=said)
        name, sizes = next(iter(free.items()))
        length = run_over(m, name, sizes, piece, f"Σ_{name}=1^{m.some_size()}")
        return IndexedSum(name, UNIT, counted(length), node)
    for name in names:
        if name in m.bound:
            raise m.fail("sum-index-taken", piece, name=name)
        if len(name) > 1 and name not in ("ii", "jj"):
            raise m.fail("sum-index-bad", piece, name=name)
        if m.scope.names.get(canonical(name), ("",))[0] == "dimension":
            raise m.fail("index-dimension", piece, name=name)
    low = UNIT if extra["low"] is None else _bound(m, extra["low"])
    high = None if extra["high"] is None else _bound(m, extra["high"])
    with m.binding(*names) as uses:
        test = None if extra["test"] is None else m.node(extra["test"])
        node = m.node(body)
    if test is not None:
        node = m.make("mul", test, node)
    refuse_zero(m, low, any(uses.values()), piece)
    for name in reversed(names):
        sizes = uses.get(name, [])
        top = high or counted(run_over(m, name, sizes, piece, f"sum_{{{name}=1}}^{{{m.some_size()}}}"))
        end = as_size(top)
        for found in sizes:
            named = end and len(end.names) == len(end.terms) == len(found.names) == len(found.terms) == 1
            if end and (low == UNIT and named and found != end or ((end - found).number or 0) > 0):
                raise m.fail("sum-too-far", piece, index=name, end=end, count=found)
        if isinstance(low, Number) and isinstance(top, Number) and top.value - low.value > 1000:
            raise m.fail("sum-long", piece)
        node = IndexedSum(name, low, top, node)
    return node


def _bound(m: Context, piece: Piece) -> Node:
    node = m.node(piece)
    if not is_index(node):
        raise m.fail("sum-bound", piece, said=m.said(piece))
    return node


def vector(index: str, body: Node, length: Size, row: bool) -> Node:
    """A row or a column by its entries."""
    if row:
        return ByEntries(None, index, body, (ONE, length))
    return ByEntries(index, None, body, (length, ONE))


def close(m: Context, piece: Piece, row: bool) -> Node:
    """A piece inside `diag(…)` or `[…]`: an index left free there runs over the entries."""
    node, free = with_free(m, piece)
    if len(free) == 1 and m.scalar(node):
        name, sizes = next(iter(free.items()))
        length = run_over(m, name, sizes, piece, "")
        return vector(name, node, length, row)
    m.note(free)
    return node


def by_entries(m: Context, names: list[str], body: Piece, expect: Shape | None) -> Node:
    """`J_{ij} = body`: an array by its entries. `J_{1j}` is a row; with one index `expect` says."""
    if len(set(names)) < len(names) or len(names) > 2:
        raise m.fail("left-indices", body)
    fixed, names = names[:1] if "1" in names else [], [name for name in names if name != "1"]
    node, free = with_free(m, body)
    extra = set(free) - set(names)
    if extra:
        raise m.fail("index-extra", body, index=min(extra))
    if not m.scalar(node):
        raise m.fail("entry-shape", body, shape=show_shape(m.shape(node)))
    lying = len(names) == 1 and expect is not None and expect[0] == ONE != expect[1]
    row = fixed == ["1"] if fixed else lying
    hints = dict(zip(names, (expect[1] if row else expect[0], expect[1]), strict=False)) if expect else {}
    lengths = {}
    for name in names:
        sizes = free.get(name, [])
        if not sizes and name in hints and hints[name] != ONE:
            sizes = [hints[name]]
        lengths[name] = run_over(m, name, sizes, body, f"entries({name}:{m.some_size()}, …)")
    for name, end, start, stop in tails.ranges(m.text[body.end :]):
        if name in lengths and Size.of(end) != lengths[name]:
            place = Operand(node, body.end + start, body.end + stop)
            raise m.fail("sum-too-far", place, index=name, end=end, count=lengths[name])
    if len(names) == 1:
        return vector(names[0], node, lengths[names[0]], row)
    return ByEntries(names[0], names[1], node, (lengths[names[0]], lengths[names[1]]))
