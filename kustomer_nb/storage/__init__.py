"""What is kept on disk: definitions, cassettes and the history, redacted while being written."""
