"""Pages of the administration: each checks the role, asks a query or a service, and shows."""
