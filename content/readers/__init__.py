"""Readers of questions in other people's forms: a source in, drafts out. `content.importing` makes a pack of them."""
