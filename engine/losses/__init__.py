"""Losses: one idea a file; a registered class gives one number from a Lesson, its function is usable alone."""

from engine.losses.lesson import Course, Lesson

__all__ = ["Course", "Lesson"]
