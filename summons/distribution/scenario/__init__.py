"""Scenario files: a problem and its result as JSON, in the format of docs/spec/distribution.md.

What a run can hold beyond that format is written, and read, in further fields: `request.rooms` (the first free by
name), `request.fixed_times` and `request.pass_warnings`, `gaps`, several periods a day in `working_hours`, and for a
counsellor `schedules`, `busy`, and `firm` of an appointment.
"""

from summons.distribution.scenario.node import ScenarioError
from summons.distribution.scenario.reader import read
from summons.distribution.scenario.writer import result, write

__all__ = ["ScenarioError", "read", "result", "write"]
