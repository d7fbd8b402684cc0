"""Which of the article's rules a derivative is, by name and section."""

from __future__ import annotations

from matcalc_ref.language.table import UNARY
from matcalc_ref.language.tree import Apply, Entry, Node, Number, Variable, is_op
from matcalc_ref.rules import RULES


def rule_for(node: Node, x: Node) -> tuple[str, str]:
    """The rule that gives ∂ node/∂x in one step, and the section of the article that states it ("": beyond
    it).
    """
    if not _moves(node, x):
        return "constant: the variable does not occur", "2"
    if node == x:
        return ("a variable by itself", "2") if x.is_scalar else ("identity function", "4.1")
    if not isinstance(node, Apply):
        return ("entry by entry", "4.1") if not isinstance(node, Entry) else ("one entry", "4.1")
    moving = [a for a in node.arguments if _moves(a, x)]
    name = node.operation
    if name == "pow" and is_op(node.arguments[0], "norm"):
        return "squared norm", ""
    if name == "transpose" and moving:
        return rule_for(moving[0], x)
    if node.is_scalar and x.is_scalar:
        return _scalar_rule(node, x, moving)
    if name == "mul" and len(moving) == 1:
        constants = [a for a in node.arguments if a not in moving]
        if moving[0] == x or moving[0].is_scalar != node.is_scalar:
            if all(a.is_scalar for a in constants) and not moving[0].is_scalar:
                return ("constant multiple", "2") if node.is_scalar else ("scalar expansion", "4.3")
            if moving[0].is_scalar:
                return ("scalar expansion", "4.3")
            return ("element-wise product", "4.2")
        if all(a.is_scalar for a in constants) and not (x.is_scalar and not moving[0].is_scalar):
            return rule_for(moving[0], x)
        return "element-wise product" + " of a matrix product" * is_op(moving[0], "matmul"), "4.2"
    if name == "add":
        return _sum_rule(node, x, moving)
    if name in ("matmul", "conv", "kron"):
        if len(moving) == 1 and node.is_scalar:
            return "dot product", "5"
        return ("matrix product", "4.1") if name == "matmul" else (RULES[name].name, RULES[name].section)
    if name in ("mul", "pow", "max", "min") and any(not a.is_scalar for a in node.arguments):
        if name in ("max", "min") and any(isinstance(a, Number) for a in node.arguments):
            return "max(0, z): 0 where z ≤ 0, else 1", "5"
        return "element-wise " + {"mul": "product", "pow": "power"}.get(name, name), "4.2"
    if name in UNARY:
        return f"element-wise {name}", "4.2"
    rule = RULES[name]
    return rule.name, rule.section


def _scalar_rule(node: Apply, x: Node, moving: list[Node]) -> tuple[str, str]:
    match node.operation:
        case "add":
            return ("sum rule", "2") if len(moving) > 1 else rule_for(moving[0], x)
        case "mul":
            return ("product rule", "2") if len(moving) > 1 else _constant_multiple(moving[0], x)
        case "pow":
            exponent = node.arguments[1]
            return ("power rule", "2") if not _moves(exponent, x) else ("exponential", "2")
        case "max" | "min":
            return "max(0, z): 0 where z ≤ 0, else 1", "5"
        case "matmul":
            return "dot product", "5"
        case name if name in UNARY:
            return f"derivative of {'ln' if name == 'log' else name}", "2"
        case name:
            return RULES[name].name, RULES[name].section


def _constant_multiple(moving: Node, x: Node) -> tuple[str, str]:
    return ("constant multiple", "2") if moving == x else rule_for(moving, x)


def _moves(node: Node, x: Node) -> bool:
    """Whether `node` contains x, or the variable that x is an entry or the vec of."""
    names: set[Node] = {part for part in x.walk() if isinstance(part, Variable)} or {x}
    return any(part in names for part in node.walk())


def _sum_rule(node: Apply, x: Node, moving: list[Node]) -> tuple[str, str]:
    if len(moving) == 1:
        inner = moving[0]
        if inner.is_scalar and not node.is_scalar:
            return "scalar expansion", "4.3"
        if inner == x:
            scalars = any(a.is_scalar for a in node.arguments) and not node.is_scalar
            return ("scalar expansion", "4.3") if scalars else ("element-wise sum", "4.2")
        if is_op(inner, "mul") and isinstance(inner.children[0], Number) and isinstance(x, Variable):
            return ("element-wise sum", "4.2") if not node.is_scalar else ("sum rule", "2")
        return rule_for(inner, x)
    return ("sum rule", "2") if node.is_scalar else ("element-wise sum", "4.2")
