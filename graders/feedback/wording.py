"""Every sentence that a verdict says, by id. This is the one place to change or to translate them, but for the
refusals of formulas, which stand in `matcalc_ref/language/sentences.py`.

`«name»` stands for what is put in. A message reads: shape, then the mistake, then where it differs, then one next
step. No sentence gives a key away.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matcalc_ref.language.sentences import fill

SENTENCES = {
    # right
    "correct": "Correct.",
    "correct-carried": "Correct, going on from your own earlier answer.",
    # nothing to judge
    "empty": "Nothing here yet: write your answer in place of the `...`.",
    "missing": "There is no variable `«name»`: run the cell that sets it. «because»",
    "missing-quotes": 'A formula stands in quotes, as in `"5 u^2 + v"`.',
    "part-missing": "Nothing here yet for `«name»`.",
    "parts-form": "This exercise has «count» parts: answer with a dict, `«example»`. You gave «what».",
    "parts-unknown": "There is no part called «names»; the parts are «known».",
    "not-a-formula": 'You gave «what»; write a formula as text, such as `"5 u^2 + v"`, or as a SymPy or NumPy object.',
    "too-large": "This formula is too large to be worked out («size»). Write it more compactly.",
    "too-small": "A part of this formula has no rows or no columns at any size up to 9. Is a size in it off?",
    "refused-line": "Line «line» cannot be read: «message»",
    "choice-form": "You gave «what»; answer with a letter: «letters».",
    "choice-letter": 'Answer with letters from «letters», such as `"«first»"`.',
    "choice-one": "One letter is asked for; you gave «count».",
    "line-form": "Answer with the number of a line, from 1 to «count».",
    "lines-form": "Write each line of the derivation as text; one of them is «what».",
    "lines-dash": "Every line begins with `-` and a space. If it is a minus, leave out the space; if not, leave out the `-`.",
    "lines-many": "That is more than «most» lines; leave some out.",
    "shape-form": 'Write a shape as rows, columns: `"3,1"`, `"m,n"`, or `"1,1"` for a number.',
    "number-form": "A number is asked for, worked out: put the values in for «names».",
    "code-form": "Define the function `«signature»` and run its cell. You gave «what».",
    "part-name": "`«name»` is another part of your answer: write its formula here.",
    "kron": "For the Kronecker product write `kron(A, B)`.",
    # the grader failed
    "broken": "The grader failed on this exercise; a person will look at it.",
    "pending": "A person will read this answer.",
    "pending-alone": "No program can judge words: compare yours with the solution.",
    # shape
    "shape": "Your answer is «student»; it should be «reference»: «why».",
    "shape-of-numbers": "Your answer is «student»; it should be «reference».",
    "why-number": "one output, one input",
    "why-row": "one output, and a column for each input",
    "why-column": "a row for each output, and one input",
    "why-matrix": "a row for each output and a column for each input",
    "why-like": "the shape of $«name»$",
    "layout": "Right numbers, but lying the other way: transposed. Rows belong to outputs, columns to inputs.",
    "layout-like": "Right numbers, but transposed: this gradient has the shape of $«name»$, entry for entry.",
    "layout-value": "Right numbers, but lying the other way: transposed.",
    # generic mistakes
    "sign": "The sign is wrong. Follow the minus signs through your derivation.",
    "sign-value": "The sign is wrong.",
    "term-sign": "One term of your sum has the wrong sign. Look at each term's sign once more.",
    "factor-lost": "A constant factor is lost; the rest is right. Which number should come down or stay in front?",
    "factor-extra": "There is a constant factor too many; the rest is right.",
    "factor": "Right but for a constant factor.",
    "rounded": "Almost: a number in your answer is rounded. Write it exactly, such as $1/3$ or $\\pi$.",
    "count-lost": "A factor that counts (such as $«name»$) is lost: how often does each term occur?",
    "count-divided": "There is a division by $«name»$ too many: is this added up or averaged, and if averaged, where does "
    "the mean's $1/«name»$ stand already?",
    "count-other": "Right but for the size that counts: over what is added up or averaged here, and how many are there?",
    "count-extra": "There is a factor $«name»$ too many, or a division by it is missing. Each term is counted once.",
    "zero": "Not 0: the function does contain what moves here.",
    "not-differentiated": "That is the function itself: how fast does it grow when what moves here grows?",
    "term-not-differentiated": "That is a term of the function itself, not yet differentiated.",
    "exponent-kept": "The power rule also lowers the exponent by one.",
    "factor-kept": "You kept the factor that moves. Of a product the factor that stands still is the one that stays.",
    "summed": "You summed: the entries are to stand side by side, one for each input and output.",
    "expanded": "One number is asked for: the entries are already added up.",
    "diagonal-for-vector": "You put the entries on the diagonal of a matrix. Count outputs and inputs: this is a vector.",
    "vector-for-diagonal": "Right numbers, but they belong on the diagonal of a matrix: each output has a column for "
    "each input, and most of these are 0.",
    "diagonal-alone": "You give the entries of the diagonal only. Here the others are not all 0: does output $i$ use input $j$?",
    "diagonal-only": "The diagonal is right, but the entries off the diagonal are not all 0. Does output $i$ use input "
    "$j$?",
    "rows-for-diagonal": "Every row is alike here. Output $i$ depends on its own input only: what is the entry for "
    "$j \\ne i$?",
    "term-dropped": "A term of the sum is missing. Is there another path, or another factor to differentiate?",
    "factor-dropped": "A factor is missing. Check each number in front and, in a chain, that each link gives its factor.",
    "swapped": "The factors of the matrix product are in the wrong order. Look at the sizes; in a chain the outer "
    "function's Jacobian stands on the left.",
    "transposed-factor": "One factor of the matrix product is transposed. Check it with one entry, $(i,j)$.",
    "inner-derivative": "The inner derivative is missing: multiply by the derivative of what stands inside.",
    "inner-argument": "The outer derivative is to be evaluated at what stands inside, not at the variable itself.",
    "link-missing": "One link of the chain is missing: every function on the way gives its derivative as a factor.",
    "condition": "The condition in your answer is not the one that decides: where does the slope change?",
    "indicator": "A condition is missing: your formula does not hold everywhere. Where is the function flat, or another?",
    "condition-turned": "The condition is turned round: it holds just where it should not.",
    "power-of-sum": "The power of a sum is not the sum of the powers: write the bracket out as a product.",
    "exponent": "A power is off by one: is a factor missing or there twice, or did the power rule lower what stands "
    "still?",
    "function": "One function in your answer is the wrong one: which is the derivative of which?",
    "one-term": "A sum is missing: every term contributes.",
    # where it differs
    "kink": "It differs only where $«kink» = 0$ exactly; there the course takes the slope of the left side (for "
    "$\\max(0, z)$ that is 0), so write $>$ for the right side and $\\le$ for the left.",
    "kink-value": "It differs only where $«kink» = 0$ exactly: to which side does that point belong?",
    "own-kink": "It differs only at single points, where a condition of yours is met exactly.",
    "side": "It is right where $«kink» «other» 0$, and differs where $«kink» «sign» 0$.",
    "diagonal-on": "The entries off the diagonal are right; those on the diagonal are not.",
    "diagonal-off": "The diagonal is right; the entries off it are not.",
    "entries": "Look at «entries»; the others are right.",
    "entries-other": "Look at «entries»; the other is right.",
    "entries-many": "Look at entries «entries» and others.",
    "entries-all": "No entry is right yet.",
    "sizes": "It is right for some sizes of the dimensions only.",
    "sizes-but": "It is right for some sizes of the dimensions, but not for «sizes».",
    "domain": "It has no value at points where the right answer has one: for negative numbers, say, or where a matrix has no inverse.",
    "domain-gap": "It says what the value is only where its condition holds. Add the other case, as in `…; 0 otherwise`.",
    "value": "It has the right shape, but other values than the right answer.",
    "value-scalar": "It is not equal to the right answer.",
    "example": "For example at «at» it gives «student», and should give «reference».",
    "example-own": "For example at «at» it gives «student».",
    # one next step
    "next-shape": "Count outputs (rows) and inputs (columns) first.",
    "next-shape-value": "How many rows and how many columns does it have?",
    "next-one-size": "A table of entries is right for one size at most: write a formula that holds for every $«name»$.",
    "next-entry": "Write out entry $(i,j)$: the derivative of output $i$ with respect to input $j$.",
    "next-entry-row": "Write out entry $j$: the derivative with respect to input $j$.",
    "next-entry-column": "Write out entry $i$: the derivative of output $i$.",
    "next-entry-like": "Write out entry $(i,j)$: the derivative with respect to $«name»_{ij}$.",
    "next-entry-value": "Write out one entry, $(i,j)$.",
    "next-scalar": "Go back one step: which rule did you use there, and on what?",
    "next-entries": "Work out one of them alone: which output, and which input moves?",
    "next-entry-alone": "Work out one of them alone, on paper.",
    "next-numbers": "Put the values in once more, one step at a time.",
    # kinds
    "number-factor-lost": "Perhaps only a constant factor is lost: which number should come down or stay in front?",
    "number-factor-extra": "Perhaps there is only a constant factor too many: check each number in front.",
    "number-value": "That is not the value.",
    "number-near": "Close, but not the value.",
    "number-rounded": "Close, but the exact value is asked for: leave fractions and roots as they are.",
    "number-close": "Close; work with more digits.",
    "choice-wrong": "That is not it. Read each choice once more and look for a counter-example.",
    "choices-wrong": "Chosen rightly: «right»; chosen wrongly: «wrong»; still missing: «missed».",
    "line-early": "That line still holds. Read on.",
    "line-late": "That line only passes on an earlier slip. Check the lines before it.",
    "shape-wrong": "That is not the shape. Rows count outputs, columns count inputs.",
    "shape-turned": "Rows and columns are swapped: rows count outputs, columns count inputs.",
    "shape-wrong-value": "That is not the shape. Count its rows first, then its columns.",
    "shape-turned-value": "Rows and columns are swapped: rows come first.",
    # derivations
    "line-wrong": "Line «line» is the first that does not follow: `«text»`.",
    "line-question": "That is the function itself: begin with its derivative.",
    "link-wrong": "Take this derivative again, with the name as you introduced it.",
    "link-layout": "This derivative has the right entries, but lies the other way: it has a row for each output and a "
    "column for each input.",
    "link-diagonal": "These are the right slopes, but the derivative of a vector by a vector is a matrix: each slope "
    "stands where its output meets its own input.",
    "link-chain": "These links do not make up the derivative on the left: along one path they are multiplied, and each "
    "goes on from the name that the one before it ends with.",
    "line-unequal": "What stands on the two sides of its `=` is not the same.",
    "line-function": "That name is what the question differentiates, and this is no longer the same function.",
    "name-taken": "`«name»` stands for something else already: give this a name of its own.",
    "link-shape": "This derivative is «student»; it should be «reference»: a row for each output and a column for each "
    "input.",
    "line-mended": "The last line is right, though.",
    "name-first": "A name of your own is given on a line above its first use, as in `v = …`.",
    "line-short": "All lines are right so far, but the last one is not the answer yet.",
    "ends-in": "The last line is right, but not finished: it is to be a formula in «names» alone.",
    "ends-in-formula": "The value is right, but the answer is to be a formula in «names» alone.",
    "steps-missing": "The answer is right, but steps are asked for, and these are not to be seen yet: «steps». Show each on a "
    "line of its own, as a link such as `du/dx = …`, or as a factor before you simplify.",
    # code
    "code-called": "Called with «arguments»,",
    "code-exception": "`«name»` raised an exception: `«detail»`.",
    "code-sizes": "Two sizes do not fit there: write down the shape of each array that you combine.",
    "code-no-exception": "`«name»` should refuse such arguments by raising `«expected»`.",
    "code-timeout": "`«name»` did not return in time. Is there a loop that does not end?",
    "code-died": "The Python process ended while `«name»` ran. «detail»",
    "code-unreadable": "`«name»` returned something that cannot be read («detail»); return numbers, lists or NumPy "
    "arrays.",
    "code-changed-input": "`«name»` changes its arguments. Work on a copy (`x.copy()`), so that the caller's data stay.",
    "code-measured": "«detail»",
    "code-unmeasured": "`«name»` did not return what is asked for («detail»). Look at the prompt: what, in which order and shapes?",
    "code-none": "`«name»` returned None. Is a `return` missing?",
    "code-shape": "`«name»`«where» returned «got»; it should be «expected».",
    "code-transposed": "`«name»`«where» returned the right numbers transposed: rows are outputs, columns are inputs.",
    "code-ravelled": "The numbers are right.",
    "code-type": "`«name»`«where» returned «got»; it should be «expected».",
    "code-count": "`«name»`«where» returned «got», where «expected» separate values are due, as in `return a, b`: look at "
    "the prompt for which and in which order.",
    "code-keys": "`«name»`«where» lacks the key «missing» in the dict it returns.",
    "code-nan": "`«name»`«where» returned nan or infinity for ordinary numbers. Is there a division by 0, or an overflow?",
    "code-entries": "`«name»`«where» returned the right shape; wrong: «entries» (counted from 0).",
    "code-entries-many": "`«name»`«where» returned the right shape; wrong: «entries» and others (counted from 0).",
    "code-value": "`«name»`«where» returned a wrong value.",
    "code-differences": "`«name»` is right to some six digits, as difference quotients are. Here the derivatives are due by "
    "their formulas, which leave no error but rounding.",
    "code-next": "Work a small example out by hand and compare.",
}


def say(id: str, **fields: Any) -> str:
    """The sentence with this id, filled in. Raises KeyError for an unknown id."""
    return fill(SENTENCES[id], fields).strip()


def message(sentences: Iterable[str]) -> str:
    """One message from sentences, in order; empty and repeated ones are dropped."""
    return " ".join(dict.fromkeys(sentence for sentence in sentences if sentence))
