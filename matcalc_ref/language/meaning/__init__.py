"""From the surface of a formula to its typed tree, or to a refusal."""
