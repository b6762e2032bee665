"""The declaration of a project, and what several projects declare alike."""
