"""Small, crowded scenarios by number, in which every rule has work to do."""

from datetime import date, timedelta
from random import Random
from typing import Any

FIRST = date(2026, 11, 26)
NAMES = ["Åse", "Aase", "aase", "Ære", "Ärla", "Østen", "Öst", "Émile", "Emil", "Ulla", "Üwe", "Bo", "Bo", ""]


def scenario(seed: int, form: str) -> dict[str, Any]:
    return Scenario(Random(seed), form).build()  # noqa: S311


class Scenario:
    def __init__(self, random: Random, form: str) -> None:
        self.random = random
        self.form = form
        self.days = random.randint(1, 9)
        self.duration = random.choice([5, 15, 30, 45, 60])

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def day(self) -> date:
        return FIRST + timedelta(days=self.random.randint(-1, self.days + 1))

    def minute(self, low: int = 8 * 60, high: int = 12 * 60) -> int:
        step = self.random.choice([1, 5, 5, 15, 30, 30])
        return self.random.randint(low // step, high // step) * step

    def moment(self, day: date, minute: int) -> str:
        day += timedelta(days=minute // 1440)
        return f"{day.isoformat()}T{self.clock(minute % 1440)}"

    def clock(self, minute: int) -> str:
        return f"{minute // 60:02}:{minute % 60:02}"

    def period(self, longest: int = 120) -> list[str]:
        day, start = self.day(), self.minute()
        return [self.moment(day, start), self.moment(day, start + self.random.randint(0, longest))]

    def many(self, *counts: int) -> range:
        return range(self.random.choice(counts))

    def build(self) -> dict[str, Any]:
        counsellors = [self.counsellor(f"c{number}") for number in range(self.random.randint(1, 3))]
        rooms = [self.room(f"r{number}") for number in self.many(0, 1, 2)]
        chosen = self.random.sample([one["id"] for one in counsellors], self.random.randint(1, len(counsellors)))
        request: dict[str, Any] = {
            "form": self.form,
            "duration": self.duration,
            "reporting_time": self.random.choice([0, 0, 5, 15, None]),
            "earliest_date": FIRST.isoformat(),
            "horizon_days": self.days,
            "counsellors": chosen,
            "room": rooms[0]["id"] if rooms and self.chance(0.6) else None,
        }
        if self.form == "joint":
            request["seats"] = self.seats(request)
        elif len(rooms) > 1 and self.chance(0.5):
            request["room"] = None
            request["rooms"] = [room["id"] for room in rooms]
        return {
            "holidays": [self.day().isoformat() for _ in self.many(0, 0, 1)],
            "closing_days": [self.day().isoformat() for _ in self.many(0, 0, 1)],
            "request": request,
            "counsellors": counsellors,
            "rooms": rooms,
            "citizens": [self.citizen(f"b{number}") for number in range(self.random.randint(1, 8))],
        }

    def seats(self, request: dict[str, Any]) -> dict[str, Any]:
        by = self.random.choice(["number", "number", "all", "room" if request["room"] else "number"])
        return {"by": by, "number": self.random.randint(1, 4), "rebooking": self.random.randint(0, 2)}

    def counsellor(self, own_id: str) -> dict[str, Any]:
        weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        hours, breaks = {}, {}
        for weekday in weekdays:
            if self.chance(0.8):
                start = self.minute(8 * 60, 10 * 60)
                hours[weekday] = [self.clock(start), self.clock(start + self.random.choice([30, 60, 62, 90, 150, 180]))]
            if self.chance(0.2):
                start = self.minute(8 * 60, 11 * 60)
                breaks[weekday] = [[self.clock(start), self.clock(start + self.random.randint(0, 40))]]
        if self.chance(0.05):
            hours["fri"] = ["22:00", "24:00"]
        return {
            "id": own_id,
            "name": self.random.choice(NAMES),
            "working_hours": hours,
            "breaks": breaks,
            "absences": [self.period(3000) for _ in self.many(0, 0, 1, 2)],
            "max_conversation_share": self.random.choice([None, 100, 75, 50, 33, 0 if self.chance(0.2) else 80]),
            "automatic_share": self.random.choice([None, 100, 75, 50]),
            "appointments": [self.appointment() for _ in self.many(0, 1, 2, 4)],
        }

    def appointment(self) -> dict[str, Any]:
        start = 23 * 60 + 30 if self.chance(0.05) else self.minute()
        return {
            "start": self.moment(self.day(), start),
            "duration": self.random.choice([5, 17, 30, 45, 60]),
            "reporting_time": self.random.choice([None, 0, 7, 15]),
            "automatic": self.chance(0.5),
        }

    def room(self, own_id: str) -> dict[str, Any]:
        return {
            "id": own_id,
            "name": self.random.choice(NAMES),
            "capacity": self.random.choice([None, 1, 2, 3]),
            "appointments": [self.period(240) for _ in self.many(0, 1, 3)],
        }

    def citizen(self, own_id: str) -> dict[str, Any]:
        absences = []
        for _ in self.many(0, 0, 1, 2):
            first = self.day()
            absences.append([first.isoformat(), (first + timedelta(days=self.random.randint(0, 4))).isoformat()])
        return {
            "id": own_id,
            "earliest_date": self.day().isoformat() if self.chance(0.3) else None,
            "deadline": self.day().isoformat() if self.chance(0.8) else None,
            "preferred_counsellor": self.random.choice([None, "c0", "c1", "c2", "c9"]),
            "absences": absences,
            "appointments": [self.period(180) for _ in self.many(0, 0, 1, 2)],
        }
