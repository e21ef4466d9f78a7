"""A laptop's own PostgreSQL and Valkey, and the supervisor behind `make run`. Nothing else imports from here."""
