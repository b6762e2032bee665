"""The user's own tables: reading, encoding, choosing the target."""
