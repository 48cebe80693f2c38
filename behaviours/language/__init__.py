"""The sentences of `trees/*.yaml`: units, conditions, words, the reader and the running tree."""
