"""Text of other languages, read for what it plainly does: shell texts it runs, files and addresses it opens."""
