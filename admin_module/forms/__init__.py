"""What the administration's pages ask for."""
