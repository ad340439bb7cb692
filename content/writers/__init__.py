"""Writers of questions in other forms: a pack in, files out."""
