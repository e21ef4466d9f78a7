"""The roof that wires Planner together and the ground its houses stand on. Imports nothing: pure packages live below it."""
