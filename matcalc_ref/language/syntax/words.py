"""The words and signs of the language: every spelling of a function, an operator or a LaTeX command."""

from __future__ import annotations

from matcalc_ref.language.table import UNARY


def _spellings(table: str) -> dict[str, str]:
    """Lines `meaning spelling spelling …` as spelling -> meaning."""
    found: dict[str, str] = {}
    for line in table.strip().splitlines():
        meaning, *spellings = line.split()
        found |= dict.fromkeys(spellings, meaning)
    return found


def _themselves(words: str) -> dict[str, str]:
    """Words that have one spelling, and mean what they say."""
    return {word: word for word in words.split()}


FUNCTIONS = {word: name for name in UNARY for word in (name, name.capitalize())}
FUNCTIONS |= _themselves(
    "square diagonal pinv outer rowsum colsum softmax_rows cumsum conv hankel logsumexp reshape hstack "
    "vstack where add subtract divide negative sech coth log2 log10 log1p expm1 softplus count len "
    "ones_like zeros_like entries"
)
FUNCTIONS |= _spellings("""
    log ln
    abs absolute fabs
    sqrt √
    arcsin asin ArcSin
    arccos acos ArcCos
    arctan atan arctg ArcTan
    sign sgn signum
    sigmoid sig sigma logistic expit LogisticSigmoid
    relu ReLU RELU Ramp
    logsumexp LogSumExp
    step heaviside step HeavisideTheta
    indicator ind indicator
    cast float int bool float64 boole double logical
    clip clip clamp
    where where ifelse IfElse
    divide divide Rational
    max max maximum amax
    min min minimum amin
    diag diag diagflat DiagMatrix DiagonalMatrix
    sum sum reduce_sum
    prod prod product ∏ Π
    mean mean average reduce_mean
    norm norm
    trace trace tr
    det det determinant
    inv inv inverse
    transpose transpose
    dot dot inner vdot
    matmul matmul MatMul
    hadamard hadamard HadamardProduct hadamard_product multiply
    add MatAdd
    kron kron KroneckerProduct
    vec vec
    flatten flatten ravel
    cbrt cbrt ∛
    ones ones OneMatrix
    zeros zeros ZeroMatrix
    eye eye identity IdentityMatrix
    softmax softmax
    toeplitz toeplitz toep
    concat concat concatenate
    matrix Matrix array matrix tensor ImmutableMatrix asarray ImmutableDenseMatrix
    piecewise piecewise
    eq KroneckerDelta
    pow pow power HadamardPower
    matpow matrix_power matpow MatPow
    csch csch cosech
    arcsinh arcsinh asinh
    arccosh arccosh acosh
    arctanh arctanh atanh
""")
FUNCTIONS |= {word.capitalize(): name for word, name in FUNCTIONS.items() if word.islower()}
WHOLE = frozenset(word for word, name in FUNCTIONS.items() if name in ("cast", "indicator"))  # not in `print`
CONSTANTS = _spellings("""
    e e E exp1
    pi pi
    true True true
    false False false
""")
KEYWORDS = _spellings("""
    if if for when
    otherwise otherwise else elsewhere o.w
    then then
    and and
    or or
    not not
""")
KEYWORDS |= {word.capitalize(): name for word, name in KEYWORDS.items()}
LOOPS = frozenset("in range enumerate lambda einsum".split())  # of Python, which are not read
# Functions that take what follows without parentheses, as in `sin 3x`.
BARE = frozenset(UNARY) | {"trace", "det", "sech", "csch", "coth", "cbrt"}
MODULES = (
    r"(?:np|numpy|sp|sympy|sy|scipy|math|torch|tf|jax|jnp|mpmath|mp)\."
    r"(?:linalg\.|special\.|nn\.functional\.|nn\.|math\.)?|F\.(?=(?:relu|sigmoid|softmax|softplus|tanh)\b)"
)
METHODS = frozenset(
    "sum mean max min dot transpose inv det trace norm diagonal prod flatten ravel cumsum reshape clip clamp"
    " float int pow square exp log sqrt sin cos tanh sigmoid relu abs sign softmax outer matmul".split()
)

SIGNS = _themselves("@ , ; : ( ) { } & ⟨ ⟩ ∈ .(") | _spellings("""
    + + .+
    - - .- − – — ‐ ‑ －
    * * ∗ × ✕ ⨯
    / / ÷ ∕ ⁄
    ^ ^ **
    .^ .^ .**
    ⊙ .* ⊙ ∘ ○ ◦ ⊗ ⨀
    ⊘ ./ ⊘
    · · ⋅ • ∙
    kron ⊗ₖ
    [ [ ⟦
    ] ] ⟧
    | | ∣
    ‖ ‖ || ∥
    and && ∧
    or ∨
    not ¬
    = = ← ≈ ≃ := ≔ ≜ ≝
    == == ≡ .==
    != != ≠ ~= .!= .≠
    < < .<
    > > .>
    <= <= .<= .≤ ≤ ⩽ ≦
    >= >= .>= .≥ ≥ ⩾ ≧
    ? ?
    ... … ... .. ⋯ ⋮ ⋱
    Σ ∑
""")

# Signs and commands that stand for nothing that can be read, with the sentence that says so.
STRANGERS = dict.fromkeys("∇ ∂ nabla partial".split(), "derivative-sign")
STRANGERS |= dict.fromkeys("∞ infty".split(), "infinity")

COMPARE = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "=": "eq", "!=": "ne"}

# LaTeX commands that are another spelling of a sign or a word.
LATEX_SIGNS = _spellings(r"""
    · cdot bullet
    * times ast
    ⊙ odot circ otimes
    ⊘ oslash
    / div
    <= le leq leqslant
    >= ge geq geqslant
    < lt
    > gt
    != ne neq
    and land wedge
    or lor vee
    ‖ lVert rVert Vert |
    | lvert rvert vert mid
    ⟨ langle
    ⟩ rangle
    ... ldots dots cdots dotsc dotsb vdots ddots
    Σ sum
    ∈ in
    { { lbrace
    } } rbrace
    [ lbrack llbracket
    ] rbrack rrbracket
    \\ \ cr
    = gets leftarrow approx simeq coloneqq triangleq doteq
    == equiv
    over over
""")
LATEX_KINDS = _spellings("""
    frac frac dfrac tfrac cfrac nicefrac
    sqrt sqrt
    T top intercal prime
""")
LATEX_SKIP = frozenset(
    ", ; : ! > quad qquad enspace thinspace medspace thickspace space left right big Big bigg Bigg bigl bigr "
    "Bigl Bigr biggl biggr Biggl Biggr limits nolimits displaystyle textstyle scriptstyle mathstrut strut "
    "( ) [ ] middle nonumber notag allowbreak hfill hline boxed".split()
) | {" ", "\n", "\t"}
LATEX_FONTS = frozenset(
    "mathbf boldsymbol bm vec mathsf mathit pmb symbf mathcal mathscr mathfrak mathnormal boldmath "
    "overrightarrow underline mathtt bf it sf tt".split()
)
LATEX_TEXT = frozenset(
    "operatorname mathrm text textrm textbf textit textsf texttt mbox mathop operatorname* rm".split()
)
LATEX_ACCENTS = _spellings("""
    hat hat widehat
    bar bar overline
    tilde tilde widetilde
""")
