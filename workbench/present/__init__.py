"""Present: the story of a finished run in large type, one idea and one picture a slide."""
