"""What a student gave, against what is right: comparison, feedback, grading, and the student's own check."""
