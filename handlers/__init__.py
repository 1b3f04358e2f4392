"""What is wanted and what happens: commands, use cases, permissions, dialogs, ports."""
