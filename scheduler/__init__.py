"""When: the inbox and outbox loops, jobs and their slots."""
