"""The student's side: `check`, and a folder of one's own to study in."""
