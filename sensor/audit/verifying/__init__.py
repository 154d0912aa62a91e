"""Whether a journal, a part of it or a bundle is what was written."""
