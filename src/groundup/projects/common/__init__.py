"""The declaration of a project, and what several projects share."""
