"""Models: what the views show, without knowing how."""
