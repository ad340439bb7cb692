"""Files of flashcards: what a person met, to take along into another program. Values in, bytes out."""
