"""Whom the simulator knows: the demo population of the day, and those added by hand."""

from collections.abc import Callable
from datetime import date

from planner.dfdg import employees, wire
from planner.dfdg.messages import Employee, PersonFacts
from planner.dfdg.simulator.population import Population, population
from planner.dfdg.simulator.store import Store


class Directory:
    """`today` is asked anew each time, so that a simulator that runs for weeks does not grow stale."""

    def __init__(self, store: Store, today: Callable[[], date]) -> None:
        self._store = store
        self._today = today
        self._added: dict[str, PersonFacts] = {
            cpr: wire.person_from(wire.Fields(body), cpr=cpr) for cpr, body in store.people().items()
        }
        self._lay_out(today())

    def _lay_out(self, today: date) -> None:
        self._population = population(today)
        self._by_cpr = {person.cpr: person for person in self._population.people}

    @property
    def population(self) -> Population:
        self._keep_up()
        return self._population

    def _keep_up(self) -> None:
        if self._population.today != (today := self._today()):
            self._lay_out(today)

    def person(self, cpr: str) -> PersonFacts | None:
        self._keep_up()
        return self._added.get(cpr) or self._by_cpr.get(cpr)

    def add_person(self, person: PersonFacts) -> None:
        self._added[person.cpr] = person
        self._store.add_person(person.cpr, wire.person_body(person))

    def everybody(self) -> tuple[Employee, ...]:
        """Every employee."""
        added = tuple(wire.employee_from(wire.Fields(body)) for body in self._store.employees())
        return (*self.population.employees, *added)

    def employees(self, *, name: str, email: str) -> tuple[Employee, ...]:
        return employees.matching(self.everybody(), name=name, email=email)

    def add_employee(self, employee: Employee) -> None:
        self._store.add_employee(employee.email, wire.employee_body(employee))
