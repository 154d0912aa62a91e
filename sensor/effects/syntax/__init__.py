"""What a shell text says: from text to a `Script`, by the lexer and, where it is unsure, by tree-sitter. Knows no state of a shell."""
