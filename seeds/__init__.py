"""Sample stories written for Copytrail, with labels: what must match and what must not."""
