"""What the administration's pages show, each in a fixed number of statements."""
