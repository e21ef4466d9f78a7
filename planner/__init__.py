"""The roof that wires Planner together, and the ground of its houses. Imports nothing: pure packages live below it."""
