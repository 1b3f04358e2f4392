"""What is true: tables, queries, transactions. Imports nobody of ours."""
