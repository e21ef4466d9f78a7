from django.apps import AppConfig


class SummonsConfig(AppConfig):
    name = "summons"
