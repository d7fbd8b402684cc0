"""What a student gave, against what is right: equality of formulas, kinds of answers, verdicts."""
