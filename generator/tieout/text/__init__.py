"""Safe doors for foreign text: YAML, front matter, Markdown, words and path patterns. Knows nothing of an ISMS."""
