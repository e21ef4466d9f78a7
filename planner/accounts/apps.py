from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "planner.accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        import planner.checks  # noqa: F401, PLC0415 - registers the checks once the apps are there
