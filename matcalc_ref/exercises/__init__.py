"""The records, one module per assignment: data only, each with a tuple `EXERCISES`."""
