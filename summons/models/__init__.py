"""Runs through the three steps, their lists of citizens, and lists handed over by case systems."""

from summons.models.handover import CaseSystem, HandedList
from summons.models.run import LookUp, RejectedRow, Run, RunCitizen, RunCounsellor

__all__ = ["CaseSystem", "HandedList", "LookUp", "RejectedRow", "Run", "RunCitizen", "RunCounsellor"]
