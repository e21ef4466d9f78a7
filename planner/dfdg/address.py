"""A Danish address in one line and in its parts. Only `wire` needs the parts."""

import re
from dataclasses import dataclass

LINE = re.compile(
    r"^(?P<street>[^,]*[^\s,])\s+(?P<number>\d{1,3}\s?[A-Za-z]?)"
    r"(?:\s*,\s*(?P<floor>st|kl|k[2-9]|\d{1,2})\.?(?:\s*(?P<door>tv|th|mf|[a-z]?\d{1,4})\.?)?)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AddressParts:
    street: str
    number: str = ""
    floor: str = ""
    door: str = ""


def split(line: str) -> AddressParts:
    """«Havnegade 4 B, 2. tv» as street, number, floor and door; a line of another shape is all street."""
    line = " ".join(line.split())
    found = LINE.match(line)
    if found is None:
        return AddressParts(line)
    part = {name: (value or "").replace(" ", "").lower() for name, value in found.groupdict().items()}
    return AddressParts(found["street"], part["number"].upper(), part["floor"], part["door"])


def join(parts: AddressParts) -> str:
    house = " ".join(part for part in (parts.street, parts.number) if part)
    floor = f"{parts.floor}." if parts.floor else ""
    return ", ".join(part for part in (house, f"{floor} {parts.door}".strip()) if part)
