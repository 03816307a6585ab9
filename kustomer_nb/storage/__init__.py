"""What is stored on disk: definitions, cassettes and the history, redacted before they are written."""
