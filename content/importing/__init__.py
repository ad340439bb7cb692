"""Bringing questions from elsewhere: drafts of any reader become items of a pack on disk, and stay what they are there
when a newer version of their source is brought.
"""
