"""Pages: one file each, built on first visit."""
