"""A class: nbgrader's steps with ours among them, and grading many submissions at once."""
